import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { aTempDir } from '../builders/temp-dir.ts';
import { anAgeKey, anSopsFile } from '../sops/an-sops-file.ts';
import { aScene, type Scene, untilTrue } from './scene.ts';

let scene: Scene;
afterEach(() => scene?.close());

describe('promise 10: secrets stay secret', () => {
  it('a password encrypted in Git opens the BMCs once the daemon has its key, and shows up nowhere', async () => {
    const [key, other] = [anAgeKey(), anAgeKey()];
    const ageKeyFile = join(aTempDir(), 'age.txt');
    writeFileSync(ageKeyFile, `# created for a test\n${other.secret}\n`);
    scene = await aScene({ count: 2, settings: { ageKeyFile } });
    await scene.until((s) => s.phase === 'settled' && s.power === 'on');

    const password = readFileSync(join(scene.secretsDir, 'bmc'), 'utf8').trim();
    scene.writeIn('secrets/bmc.yaml', anSopsFile({ bmc: { password } }, [key.recipient]));
    await scene.commit({ password: '{ sops: secrets/bmc.yaml, key: bmc.password }' }, 'the password in Git');
    await scene.until((s) => s.bmc?.reachable === false && s.power === 'unknown');
    expect(scene.journal().state('n01')?.bmc?.message).toBe(
      `credential bmc-default cannot be read: secrets/bmc.yaml (for its key bmc.password) is encrypted to other age keys than the daemon's: ${key.recipient}`,
    );

    writeFileSync(ageKeyFile, `${key.secret}\n`);
    await scene.until((s) => s.bmc?.reachable === true && s.power === 'on');
    await untilTrue(
      () => scene.journal().read({ reasons: ['BmcReachable'] }).length >= 2,
      () => 'the BMCs were not asked again',
    );
    const events = JSON.stringify(scene.journal().read({ limit: 10_000 }));
    const answers = await Promise.all(
      ['status', 'nodes', 'nodes/n01', 'plan'].map(async (path) =>
        (await fetch(`${scene.daemon().url}/api/v1/${path}`)).text(),
      ),
    );
    for (const secret of [password, key.secret])
      expect([events, ...answers].join('\n')).not.toContain(secret);
  });
});
