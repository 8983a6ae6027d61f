import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { StatusView } from '../../src/model/api.ts';
import type { Plan } from '../../src/model/plan.ts';
import { aTeamForge, type TeamForge } from './a-forge.ts';
import { aScene, type Scene, type SceneOptions, untilTrue } from './scene.ts';

let scene: Scene;
let forge: TeamForge;
afterEach(() => scene?.close());

async function aTeam(over: 'git' | 'ssh' = 'git', options: SceneOptions = {}): Promise<void> {
  forge = await aTeamForge(over);
  const site = { ...options.site, review: forge.review };
  scene = await aScene({ count: 3, ...options, site, publish: forge.publish });
  await scene.until((s) => s.phase === 'settled' && s.known);
}

/** Commits these generations on a new branch, or on one that is there. */
async function propose(branch: string, generations: Record<string, number>, fresh = true): Promise<void> {
  await scene.git('switch', '-q', ...(fresh ? ['-c'] : []), branch);
  for (const [name, generation] of Object.entries(generations)) {
    const file = `inventory/nodes/${name}.yaml`;
    const before = readFileSync(join(scene.repository, file), 'utf8').replace(/ {2}install: .*\n/, '');
    scene.writeIn(file, before.replace('spec:\n', `spec:\n  install: { generation: ${generation} }\n`));
  }
  await scene.commitAll(`${branch}: ${Object.keys(generations).join(', ')}`);
  await scene.git('switch', '-q', 'main');
}

async function approve(digest: string): Promise<number> {
  const { token } = JSON.parse(readFileSync(join(scene.dataDir, 'control.json'), 'utf8'));
  const answer = await fetch(`${scene.daemon().url}/api/v1/approve`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ digest, why: 'seen' }),
  });
  return answer.status;
}

const heard = (wish: () => boolean, what: () => string) => untilTrue(wish, what, 90_000, 20);
const comment = (number: number) => forge.comments(number)[0] ?? '';
const says = (number: number, ...texts: string[]) =>
  heard(
    () => texts.every((text) => comment(number).includes(text)),
    () =>
      `#${number} says: ${comment(number)}\n${JSON.stringify(scene.journal().read({ reasons: ['ReviewProblem'] }))}`,
  );
const statusIs = (commit: string, wanted: RegExp) =>
  heard(
    () => wanted.test(forge.status(commit)),
    () => `the status of ${commit} is ${forge.status(commit)}`,
  );

describe('promise 1: the plan is the apply', () => {
  it.each(['git', 'ssh'] as const)(
    'open, push, merge over %s: the comment follows, and what it showed is done',
    async (over) => {
      await aTeam(over);
      await propose('change', { n02: 2 });
      await forge.open(7, 'change');
      await says(7, '### 1 reinstall (DATA LOSS)', '**Loses all data:** n02', 'generation 1 → 2');
      await statusIs(await forge.git('rev-parse', 'change'), /^success: 1 reinstall \(DATA LOSS\)$/);

      await propose('change', { n02: 2, n03: 2 }, false);
      await forge.push(7, 'change');
      await says(7, '**Loses all data:** n02, n03');
      expect(forge.comments(7)).toHaveLength(1);
      const digest = /digest `(\w+)`/.exec(comment(7))?.[1];

      const merged = await forge.merge(7, 'change');
      await says(7, `> **In force** since`, 'as shown');
      await statusIs(merged, /^success: in force: 2 of 2 reinstalls settled/);
      const [accepted] = scene.journal().read({ reasons: ['CommitAccepted'], commit: merged });
      expect(accepted?.message).toContain(
        `plan ${digest}: 2 reinstall (DATA LOSS), as pull request #7 showed`,
      );
      expect(scene.journal().read({ reasons: ['PlanDiffers'] })).toEqual([]);
      expect(scene.wipes().toSorted()).toEqual(['n02', 'n03']);
    },
  );

  it.each(['--no-ff', '--squash'] as const)(
    'what is added after the last look, and merged with %s, is held until it is approved',
    async (how) => {
      await aTeam();
      await propose('change', { n01: 2 });
      await forge.open(7, 'change');
      await says(7, '**Loses all data:** n01');
      await heard(
        () => scene.journal().read({ reasons: ['PlanShown'] }).length === 1,
        () => 'what was shown is not journaled',
      );
      await scene.daemon().close();
      await propose('change', { n01: 2, n02: 2 }, false);
      await forge.push(7, 'change');
      const merged = await forge.merge(7, 'change', how);
      await scene.start();

      await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n01']);
      await scene.until((s) => s.phase === 'held', ['n02']);
      const [differs] = scene.journal().read({ reasons: ['PlanDiffers'] });
      expect(differs?.message).toContain('pull request #7 showed');
      expect(differs?.message).toContain('it also destroys n02, held until approved');
      await statusIs(merged, /^pending: in force: 1 of 2 reinstalls settled$/);
      await says(7, 'with a difference', 'it also destroys n02');
      expect(scene.wipes()).toEqual(['n01']);

      const [shown] = scene.journal().read({ reasons: ['PlanShown'] });
      const old = shown?.reason === 'PlanShown' ? shown.data.digest : '';
      expect(await approve(old)).toBe(409);
      const plan = (await (await fetch(`${scene.daemon().url}/api/v1/plan`)).json()) as Plan;
      expect(plan.actions.find(({ node }) => node === 'n02')?.hold?.guard).toBe('not-shown');
      expect(await approve(plan.digest)).toBe(200);
      await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n02']);
      expect(scene.wipes().toSorted()).toEqual(['n01', 'n02']);
    },
  );

  it('what moves meanwhile is told: another pull request, a machine, a push by force, a conflict, a mistake', async () => {
    await aTeam();
    await propose('one', { n02: 2 });
    await propose('two', { n02: 2, n03: 2 });
    await forge.open(7, 'one');
    await forge.open(8, 'two');
    await says(7, 'Also changed by #8: n02');
    await says(8, 'Also changed by #7: n02');

    // Switched off by hand, and left so while its BMC cannot switch it on.
    const reported = await scene.commit({ policy: { power: 'report' } }, 'power is only reported');
    await forge.git('push', '-q', 'forge', 'main');
    await heard(
      () => scene.journal().read({ reasons: ['CommitAccepted'], commit: reported }).length === 1,
      () => 'the policy is not in force',
    );
    scene.rack().machines.get('n01')?.control('off');
    await says(7, 'Pending without this change: 1 drifted');

    await forge.git('branch', '-f', 'one', 'main');
    await propose('one', { n03: 5 }, false);
    await forge.push(7, 'one');
    await says(7, '**Loses all data:** n03', 'generation 1 → 5');
    expect(comment(7)).not.toContain('Loses all data:** n02');
    expect(forge.comments(7)).toHaveLength(1);

    await forge.merge(7, 'one');
    await says(8, '### No plan:', 'conflicts in 1 file', 'inventory/nodes/n03.yaml');
    await statusIs(await forge.git('rev-parse', 'two'), /^failure: cannot be merged into main/);

    await forge.git('branch', '-f', 'two', 'main');
    await forge.git('switch', '-q', 'two');
    scene.writeIn(
      'inventory/nodes/n01.yaml',
      'apiVersion: barewright.dev/v1\nkind: Node\nmetadata: { name: n01 }\nspec: { pol: main }\n',
    );
    await scene.commitAll('a mistake');
    await forge.git('switch', '-q', 'main');
    await forge.push(8, 'two');
    await says(8, 'the merge result has', 'inventory/nodes/n01.yaml:4:', 'Did you mean');
    expect(scene.wipes()).toEqual(['n03']);
  });

  it('plans what comes from a fork only where that is allowed, and says nothing where nothing changes', async () => {
    await aTeam();
    await propose('change', { n02: 2 });
    await forge.open(7, 'change', 99);
    await forge.git('switch', '-q', '-c', 'words');
    scene.writeIn('README.md', 'words');
    await scene.commitAll('words');
    await forge.git('switch', '-q', 'main');
    await forge.open(8, 'words');
    await statusIs(await forge.git('rev-parse', 'words'), /^success: nothing changes for machines$/);
    expect(forge.comments(8)).toEqual([]);
    expect(forge.comments(7)).toEqual([]);

    await scene.commit({ review: forge.review.replace(/ \}$/, ', forks: true }') }, 'forks too');
    await forge.git('push', '-q', 'forge', 'main');
    await says(7, '**Loses all data:** n02');
  });

  it('a forge that is away keeps nothing from coming into force, and is a condition', async () => {
    await aTeam();
    await forge.server.close();
    await heard(
      () => scene.journal().read({ reasons: ['ReviewProblem'] }).length === 1,
      () => 'nothing is said of it',
    );
    await scene.commit(scene.withNode('n02', { generation: 2 }), 'n02 anew');
    await forge.git('push', '-q', 'forge', 'main');
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n02']);
    const status = (await (await fetch(`${scene.daemon().url}/api/v1/status`)).json()) as StatusView;
    expect(status.review.state).toBe('problem');
    expect(JSON.stringify(scene.journal().read({}))).not.toContain(forge.token);
  });
});
