import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveDirectory, uncommitted } from '../../src/cli/site-texts.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { siteFiles } from '../promises/site-text.ts';

const ENC = 'ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]';

describe('a directory that is no commit', () => {
  it('has everything that a commit has: also keys, and encrypted secrets', async () => {
    const dir = aTempDir();
    const key =
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g ada@example.org';
    const files = new Map([
      ...siteFiles({
        nodes: [{ name: 'n01', mac: '52:54:00:00:00:01', bmc: '127.9.0.1', address: '127.9.0.2' }],
        ...{ verify: '{ keys: [ada] }', password: '{ sops: secrets/a/bmc.yaml, key: bmc.password }' },
      }),
      ['profiles/keys/ada.pub', key],
      ['secrets/a/bmc.yaml', `bmc:\n  password: ${ENC}\nsops:\n  age: []\n  mac: ${ENC}\n`],
      ['secrets/README.md', 'not read'],
    ]);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    const { site, problems } = await resolveDirectory(dir, uncommitted('Ada', 'a change', 0));
    expect(problems).toEqual([]);
    expect([...(site?.texts.keys() ?? [])]).toEqual(['profiles/keys/ada.pub', 'secrets/a/bmc.yaml']);
  });
});
