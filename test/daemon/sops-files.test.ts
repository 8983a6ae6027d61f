import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSopsFiles } from '../../src/daemon/sops-files.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { type AgeKey, anAgeKey, anSopsFile, type Tree } from '../sops/an-sops-file.ts';

let key: AgeKey;
let other: AgeKey;
beforeAll(() => {
  key = anAgeKey();
  other = anAgeKey();
});

const FILE = 'secrets/bmc.yaml';
const VALUES: Tree = { bmc: { password: 'hunter2', pem: 'one\ntwo\n', port: 623 }, open_unencrypted: 'x' };

function anOpened(env: NodeJS.ProcessEnv, more: { ageKeyFile?: string; clock?(): number } = {}) {
  const files = createSopsFiles({ env, ...more });
  files.use(new Map([[FILE, anSopsFile(VALUES, [key.recipient])]]));
  return files;
}

describe('values of SOPS files', () => {
  it('are read with the key of a file, or of the environment', async () => {
    const ageKeyFile = join(aTempDir(), 'age.txt');
    writeFileSync(ageKeyFile, `# public key: ${key.recipient}\n${key.secret}\n`);
    const all = [
      anOpened({}, { ageKeyFile }),
      anOpened({ SOPS_AGE_KEY_FILE: ageKeyFile }),
      anOpened({ SOPS_AGE_KEY: `${other.secret}\n${key.secret}` }),
    ];
    for (const files of all) {
      expect(await files.read(FILE, 'bmc.password')).toBe('hunter2');
      expect(await files.read(FILE, 'bmc.pem')).toBe('one\ntwo');
      expect(await files.read(FILE, 'bmc.port')).toBe('623');
    }
  });

  it('that cannot be had say file and key, and what to do, and no value', async () => {
    const refusals = async (files: ReturnType<typeof anOpened>, name = 'bmc.password', file = FILE) =>
      files.read(file, name).then(String, (error: Error) => error.message);
    const good = anOpened({ SOPS_AGE_KEY: key.secret });
    const about = `${FILE} (for its key bmc.password)`;
    expect(await refusals(good, 'bmc.passwort')).toBe(`the key bmc.passwort of ${FILE} is not there`);
    expect(await refusals(good, 'x', 'secrets/gone.yaml')).toContain('the commit in force has no such file');
    expect(await refusals(good, 'open_unencrypted')).toContain('is not encrypted');
    expect(await refusals(anOpened({}))).toBe(`${about} is encrypted, and the daemon has no age key`);
    expect(await refusals(anOpened({ SOPS_AGE_KEY: other.secret }))).toContain(
      `${about} is encrypted to other age keys`,
    );
    expect(await refusals(anOpened({}, { ageKeyFile: '/nonexistent/age.txt' }))).toBe(
      `${about} needs the age key file /nonexistent/age.txt, which cannot be read (ENOENT)`,
    );
    const tampered = anSopsFile(VALUES, [key.recipient]).replace(/(port: ENC\[AES256_GCM,data:)../, '$1AA');
    good.use(new Map([[FILE, tampered]]));
    expect(await refusals(good)).toBe(`${about} bmc.port was changed, or moved there from another place`);
  });

  it('follow a change of the key file, and of the file', async () => {
    const ageKeyFile = join(aTempDir(), 'age.txt');
    const files = anOpened({}, { ageKeyFile });
    await expect(files.read(FILE, 'bmc.password')).rejects.toThrow('cannot be read');
    writeFileSync(ageKeyFile, other.secret);
    await expect(files.read(FILE, 'bmc.password')).rejects.toThrow('other age keys');
    writeFileSync(ageKeyFile, key.secret);
    expect(await files.read(FILE, 'bmc.password')).toBe('hunter2');
    files.use(new Map([[FILE, anSopsFile({ bmc: { password: 'new' } }, [key.recipient])]]));
    expect(await files.read(FILE, 'bmc.password')).toBe('new');
    rmSync(ageKeyFile);
    await expect(files.read(FILE, 'bmc.password')).rejects.toThrow('cannot be read');
  });
});

describe('a file that only the program sops can open', () => {
  const foreign = () => anSopsFile(VALUES, [], { age: [] });

  it('says so where sops is not installed', async () => {
    const files = createSopsFiles({ env: { PATH: '/nonexistent' } });
    files.use(new Map([[FILE, foreign()]]));
    await expect(files.read(FILE, 'bmc.password')).rejects.toThrow(
      `${FILE} (for its key bmc.password) is encrypted to no age key; that takes the program sops, which is not installed`,
    );
  });

  it('says so where sops is not to be run', async () => {
    const dir = aTempDir();
    writeFileSync(join(dir, 'sops'), '');
    const files = createSopsFiles({ env: { PATH: dir } });
    files.use(new Map([[FILE, foreign()]]));
    await expect(files.read(FILE, 'bmc.password')).rejects.toThrow(
      /which cannot be run, or was ended: .*EACCES/,
    );
  });

  /** Stands for sops, whose packages Debian does not have: it shows what reaches it, and answers as sops does. */
  it('reaches it by stdin alone, with the environment; what it refuses is not asked for again at once', async () => {
    const dir = aTempDir();
    const seen = join(dir, 'seen');
    const program = join(dir, 'sops');
    writeFileSync(
      program,
      `#!/bin/sh\necho "$* $AWS_PROFILE" >>${seen}\ncat >${dir}/stdin\ncat ${dir}/answer || { echo 'Failed to get the data key' >&2; exit 128; }\n`,
    );
    chmodSync(program, 0o755);
    let now = 0;
    const env = { PATH: `${dir}:${process.env['PATH']}`, AWS_PROFILE: 'site' };
    const files = createSopsFiles({ env, clock: () => now });
    const text = foreign();
    files.use(new Map([[FILE, text]]));
    for (let i = 0; i < 3; i++)
      await expect(files.read(FILE, 'bmc.password')).rejects.toThrow(/which refuses: cat: .*No such file/);
    const calls = () => readFileSync(seen, 'utf8').trim().split('\n');
    expect(calls()).toEqual(['decrypt --input-type yaml --output-type json site']);
    expect(readFileSync(join(dir, 'stdin'), 'utf8')).toBe(text);
    writeFileSync(join(dir, 'answer'), JSON.stringify(VALUES));
    now = 61_000;
    expect(await files.read(FILE, 'bmc.password')).toBe('hunter2');
    now = 600_000;
    expect(await files.read(FILE, 'bmc.port')).toBe('623');
    expect(calls()).toHaveLength(2);
  });
});
