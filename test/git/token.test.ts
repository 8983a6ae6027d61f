import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder, aRepository, ENV, open } from './a-repository.ts';
import { anHttpServer } from './a-server.ts';

const TOKEN = 'tok-7f3a9c51d2';
const code = (wanted: string) => expect.objectContaining({ name: 'GitError', code: wanted });

/** Command lines of every process there is, as `ps` shows them to anyone. */
function commandLines(): string[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
    } catch {
      return [];
    }
  });
}

/** A `git` that notes its arguments before it does what it is asked. */
function aNotingGit(): { PATH: string; notes: () => string } {
  const folder = aFolder();
  const log = join(folder, 'log');
  const path = ENV.PATH;
  writeFileSync(log, '');
  writeFileSync(
    join(folder, 'git'),
    `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\nPATH='${path}' exec git "$@"\n`,
  );
  chmodSync(join(folder, 'git'), 0o755);
  return { PATH: `${folder}:${path}`, notes: () => readFileSync(log, 'utf8') };
}

async function aGuardedSite() {
  const site = aRepository();
  site.git('config', 'uploadpack.allowFilter', 'true');
  const id = site.commit({ a: '1' });
  const shown: string[] = [];
  let requests = 0;
  const server = await anHttpServer(dirname(site.dir), TOKEN, () => {
    requests++;
    shown.push(...commandLines());
  });
  const tokenFile = join(aFolder(), 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  return { id, url: `${server}/site/.git`, tokenFile, shown, requests: () => requests };
}

describe('a token', () => {
  it('promise 10: opens the repository, and is in no command line, no log and no mirror', async () => {
    const site = await aGuardedSite();
    const git = aNotingGit();
    const dataDir = aFolder();
    const source = await open(site.url, {
      auth: { tokenFile: site.tokenFile },
      env: { ...ENV, PATH: git.PATH },
      dataDir,
    });
    const head = await source.head();
    const [entry] = await source.tree(head);
    const blobs = await source.blobs([entry?.blob ?? '']);
    expect(head).toBe(site.id);
    expect([...blobs.values()].join()).toBe('1');
    expect(site.requests()).toBeGreaterThan(2);
    expect(site.shown.some((line) => line.includes('remote-http'))).toBe(true);
    expect(site.shown.filter((line) => line.includes(TOKEN))).toEqual([]);
    expect(git.notes()).toContain('fetch');
    expect(git.notes()).not.toContain(TOKEN);
    const mirror = join(dataDir, 'mirrors', readdirSync(join(dataDir, 'mirrors'))[0] ?? '');
    expect(readFileSync(join(mirror, 'config'), 'utf8')).not.toContain(TOKEN);
    expect(source.describe()).not.toContain(TOKEN);
  });

  it('that is wrong, missing or unreadable is an error of its own, and mended without a restart', async () => {
    const site = await aGuardedSite();
    await expect((await open(site.url)).head()).rejects.toThrow(code('auth'));
    const source = await open(site.url, { auth: { tokenFile: site.tokenFile } });
    writeFileSync(site.tokenFile, 'wrong\n');
    await expect(source.head()).rejects.toThrow(code('auth'));
    rmSync(site.tokenFile);
    await expect(source.head()).rejects.toThrow(/cannot read .*token/);
    writeFileSync(site.tokenFile, TOKEN);
    expect(await source.head()).toBe(site.id);
  });
});
