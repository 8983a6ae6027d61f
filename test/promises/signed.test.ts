import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { StatusView } from '../../src/model/api.ts';
import type { Plan } from '../../src/model/plan.ts';
import { formatText } from '../../src/plan/format-text.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { anSshSigner, type TestSigner } from '../git/a-signer.ts';
import { aScene, type Scene, untilTrue } from './scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

async function signWith(signer: TestSigner | null): Promise<void> {
  await scene.git('config', 'commit.gpgSign', signer === null ? 'false' : 'true');
  for (const [name, value] of Object.entries(signer?.settings ?? {})) await scene.git('config', name, value);
}

async function gitState(): Promise<StatusView['git']> {
  const response = await fetch(`${scene.daemon().url}/api/v1/status`);
  return ((await response.json()) as StatusView).git;
}

describe('promise 2: a disk is lost only on purpose', () => {
  it('a reinstall that nobody vouches for is not begun, whoever pushed it; signed, it is', async () => {
    const ada = anSshSigner('ada');
    const keys = join(aTempDir(), 'keys');
    mkdirSync(keys);
    writeFileSync(join(keys, 'ada.pub'), ada.key.text);
    scene = await aScene({ count: 2, settings: { verifyKeys: keys } });
    await untilTrue(
      () => scene.journal().read({ reasons: ['CommitUnverified'] }).length === 1,
      () => 'the unsigned first commit was not refused',
    );
    expect(scene.journal().facts().acceptedCommit).toBe(null);

    await signWith(ada);
    await scene.commit({}, 'signed start');
    await scene.until((s) => s.phase === 'settled' && s.known);
    await signWith(null);
    const unsigned = await scene.commit(scene.withNode('n01', { generation: 2 }), 'not signed');
    await untilTrue(
      () => scene.journal().read({ reasons: ['CommitUnverified'] }).length === 2,
      () => 'the unsigned commit was not refused',
    );
    expect(await gitState()).toMatchObject({ state: 'unverified', head: unsigned });
    expect(scene.wipes()).toEqual([]);
    await signWith(ada);
    await scene.commit(scene.withNode('n01', { generation: 3 }), 'signed');
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 3, ['n01']);
    expect(scene.wipes()).toEqual(['n01']);
  });
});

describe('promise 1: the plan is the apply', () => {
  it('a held reinstall is let go by a signed commit that names the digest of the plan', async () => {
    const ada = anSshSigner('ada');
    scene = await aScene({ count: 1, site: { policy: { reinstallsPerCommit: 0 } } });
    await signWith(ada);
    scene.writeIn('profiles/keys/ada.pub', ada.key.text);
    const listed = await scene.commit({ verify: '{ keys: [ada] }' }, 'from now on signed');
    await untilTrue(
      () => scene.journal().facts().acceptedCommit === listed,
      () => 'the commit that lists the key is not in force',
    );
    await scene.until((s) => s.phase === 'settled' && s.known);
    await scene.git('switch', '-q', '-c', 'change');
    await signWith(null);
    await scene.commit(scene.withNode('n01', { generation: 2 }), 'n01 anew');
    const shown = async () =>
      (await (await fetch(`${scene.daemon().url}/api/v1/plan?to=change`)).json()) as Plan;
    const preview = await shown();
    expect(preview.unverified).toMatch(/^commit [0-9a-f]{10} by Ada is not signed$/);
    expect(formatText(preview, { now: 0 })).toContain(
      `\nAs it is, it would be refused: ${preview.unverified}\n`,
    );
    await signWith(ada);
    await scene.git('commit', '-q', '--amend', '--no-edit');
    expect((await shown()).unverified).toBe(undefined);
    await scene.git('switch', '-q', 'main');
    await scene.git('merge', '-q', '--ff-only', 'change');
    await scene.until((s) => s.phase === 'held');
    const plan = (await (await fetch(`${scene.daemon().url}/api/v1/plan`)).json()) as Plan;
    expect(plan.digest).toBe(preview.digest);
    await scene.commitAll(`n01 may go\n\nBarewright-Approve: ${plan.digest}`);
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2);
    const [word] = scene.journal().read({ reasons: ['InstallApproved'] });
    expect(word).toMatchObject({ node: 'n01', actor: 'ada@example.org', data: { digest: plan.digest } });
    expect(scene.wipes()).toEqual(['n01']);
  });
});
