import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withVerifier } from '../../src/git/signatures/verifier.ts';
import type { Signature, SignerKey } from '../../src/model/signer.ts';
import { aFolder, aRepository, ENV, open, type Repository } from './a-repository.ts';
import { aGitDaemon } from './a-server.ts';
import { anSshSigner, aPgpSigner, rawCommit, signWith, storeCommit, type TestSigner } from './a-signer.ts';

const verify = (
  repository: Repository,
  id: string,
  keys: readonly SignerKey[],
  path = ENV.PATH,
): Promise<Signature> =>
  withVerifier(keys, { path }, (verifier) => verifier.verify(rawCommit(repository, id), id));

function signed(signer: TestSigner | null, message = 'a change'): { repository: Repository; id: string } {
  const repository = aRepository();
  signWith(repository, signer);
  return { repository, id: repository.commit({ 'a.txt': 'a' }, message) };
}

const KINDS: [string, (name: string) => TestSigner][] = [
  ['SSH, ed25519', (name) => anSshSigner(name)],
  ['SSH, ECDSA', (name) => anSshSigner(name, 'ecdsa')],
  ['OpenPGP', (name) => aPgpSigner(name)],
];

describe.each(KINDS)('a commit signed with %s', (_, make) => {
  it('is good by a listed key, refused by any other, and when a word of it was changed', async () => {
    const [ada, eve] = [make('ada'), make('eve')];
    const { repository, id } = signed(ada);
    expect(await verify(repository, id, [eve.key, ada.key])).toMatchObject({
      ok: true,
      signer: { key: 'ada', identity: expect.stringContaining('ada@example.org') },
    });
    expect(await verify(repository, id, [eve.key])).toMatchObject({ ok: false, fault: 'unknown-key' });
    expect(await verify(repository, id, [])).toMatchObject({ ok: false, fault: 'unknown-key' });
    const changed = storeCommit(
      repository,
      rawCommit(repository, id).toString('latin1').replace('a change', 'a chance'),
    );
    expect(await verify(repository, changed, [ada.key])).toMatchObject({ ok: false, fault: 'bad-signature' });
  });
});

describe('a signature', () => {
  it('is wanted', async () => {
    const { repository, id } = signed(null);
    expect(await verify(repository, id, [anSshSigner('ada').key])).toEqual({
      ...{ ok: false, fault: 'unsigned', found: '', why: 'is not signed' },
    });
  });

  it('is good where git itself says so, and nowhere else', async () => {
    const [ada, pat] = [anSshSigner('ada'), aPgpSigner('pat')];
    for (const signer of [ada, pat]) {
      const { repository, id } = signed(signer);
      const list = join(aFolder(), 'allowed');
      writeFileSync(list, `ada ${ada.key.text}`);
      const git = (commit: string) => {
        const { 'gpg.program': program = 'gpg' } = pat.settings;
        const settings = ['-c', `gpg.ssh.allowedSignersFile=${list}`, '-c', `gpg.program=${program}`];
        try {
          execFileSync('git', [...settings, 'verify-commit', commit], {
            ...{ cwd: repository.dir, env: ENV, stdio: 'ignore' },
          });
          return true;
        } catch {
          return false;
        }
      };
      const text = rawCommit(repository, id).toString('latin1');
      const unsigned = text.replace(/\ngpgsig [\s\S]*?\n(?! )/, '\n');
      const cases = [
        id,
        storeCommit(repository, text.replace('Ada', 'Eve')),
        storeCommit(repository, unsigned),
      ];
      const verdicts = await Promise.all(
        cases.map(async (one) => (await verify(repository, one, [ada.key, pat.key])).ok),
      );
      expect(verdicts).toEqual([true, false, false]);
      expect(cases.map(git)).toEqual(verdicts);
    }
  });

  it('is judged by the program of its kind alone: a key of the other kind, by whatever name, does not vouch', async () => {
    const [ssh, pgp] = [anSshSigner('ada'), aPgpSigner('ada')];
    const bySsh = signed(ssh);
    const byPgp = signed(pgp);
    expect(await verify(bySsh.repository, bySsh.id, [pgp.key])).toMatchObject({ fault: 'unknown-key' });
    expect(await verify(byPgp.repository, byPgp.id, [ssh.key])).toMatchObject({ fault: 'unknown-key' });
    expect(await verify(bySsh.repository, bySsh.id, [pgp.key, ssh.key])).toMatchObject({ ok: true });
    expect(await verify(byPgp.repository, byPgp.id, [pgp.key, ssh.key])).toMatchObject({ ok: true });
  });

  it('is not believed on the word of the repository: its configuration names programs that say yes', async () => {
    const { repository, id } = signed(anSshSigner('eve'));
    const yes = join(aFolder(), 'yes');
    writeFileSync(yes, '#!/bin/sh\necho "Good \\"git\\" signature for eve with ED25519 key SHA256:x"\n', {
      mode: 0o755,
    });
    for (const name of ['gpg.ssh.program', 'gpg.program', 'gpg.openpgp.program'])
      repository.git('config', name, yes);
    expect(await verify(repository, id, [anSshSigner('ada').key])).toMatchObject({ fault: 'unknown-key' });
  });

  it('made for another purpose is none for a commit', async () => {
    const ada = anSshSigner('ada');
    const { repository, id } = signed(null);
    const raw = rawCommit(repository, id);
    const file = ada.settings['user.signingKey'] ?? '';
    const sign = (namespace: string) =>
      execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', file], {
        ...{ input: raw, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] },
      });
    const wear = (signature: string) => {
      const [head = '', ...rest] = raw.toString().split('\n\n');
      const header = signature.trimEnd().replaceAll('\n', '\n ');
      return storeCommit(repository, `${head}\ngpgsig ${header}\n\n${rest.join('\n\n')}`);
    };
    expect(await verify(repository, wear(sign('git')), [ada.key])).toMatchObject({ ok: true });
    expect(await verify(repository, wear(sign('file')), [ada.key])).toMatchObject({ fault: 'bad-signature' });
    expect(await verify(repository, wear('-----BEGIN SIGNED MESSAGE-----\nx'), [ada.key])).toMatchObject({
      fault: 'malformed',
    });
  });

  it.each<[string, (text: string) => string]>([
    [
      'stands between the parents',
      (text) => text.replace(/^(tree .*\n)([\s\S]*?)(gpgsig [\s\S]*?\n(?! ))/, '$1$3$2'),
    ],
    ['is there twice', (text) => text.replace(/(gpgsig [\s\S]*?\n(?! ))/, '$1$1')],
    ['is for a repository of SHA-256', (text) => text.replace('\ngpgsig ', '\ngpgsig-sha256 ')],
    ['comes with a second author', (text) => text.replace(/\n(author .*)\n/, '\n$1\n$1\n')],
  ])('that %s is refused as malformed, though git may be content', async (_, change) => {
    const ada = anSshSigner('ada');
    const { repository, id } = signed(ada);
    const odd = storeCommit(repository, change(rawCommit(repository, id).toString('latin1')));
    expect(await verify(repository, odd, [ada.key])).toMatchObject({ ok: false, fault: 'malformed' });
  });

  it('says nothing of a commit whose content is not the one of its name', async () => {
    const ada = anSshSigner('ada');
    const { repository, id } = signed(ada);
    const verdict = await withVerifier([ada.key], { path: ENV.PATH }, (verifier) =>
      verifier.verify(rawCommit(repository, id), 'a'.repeat(40)),
    );
    expect(verdict).toMatchObject({
      ok: false,
      fault: 'malformed',
      why: expect.stringContaining('its name'),
    });
  });

  it('covers merges: both parents, and a signature of the merge', async () => {
    const ada = anSshSigner('ada');
    const { repository } = signed(null);
    repository.git('checkout', '--quiet', '-b', 'side');
    repository.commit({ 'b.txt': 'b' });
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ 'c.txt': 'c' });
    signWith(repository, ada);
    repository.git('merge', '--quiet', '--no-ff', '-m', 'a merge', 'side');
    expect(await verify(repository, repository.git('rev-parse', 'HEAD'), [ada.key])).toMatchObject({
      ok: true,
    });
  });

  it('is read from the mirror of a remote repository, without its files', async () => {
    const ada = anSshSigner('ada');
    const folder = aFolder();
    const repository = aRepository(join(folder, 'site'));
    signWith(repository, ada);
    const id = repository.commit({ 'a.txt': 'a' }, 'a change');
    const head = repository.commit({ 'a.txt': 'b' });
    const daemon = await aGitDaemon(folder, 'site');
    const source = await open(daemon.url);
    expect(await source.head()).toBe(head);
    await daemon.stop();
    const verdict = await withVerifier([ada.key], { path: ENV.PATH }, async (verifier) =>
      verifier.verify(await source.rawCommit(id), id),
    );
    expect(verdict).toMatchObject({ ok: true });
  });

  it('is good in a repository of SHA-256 too', async () => {
    const ada = anSshSigner('ada');
    const dir = join(aFolder(), 'long');
    const repository = aRepository(dir);
    execFileSync('rm', ['-r', join(dir, '.git')]);
    repository.git('init', '--quiet', '--object-format=sha256', '--initial-branch=main');
    signWith(repository, ada);
    const id = repository.commit({ 'a.txt': 'a' });
    expect(id).toHaveLength(64);
    expect(await verify(repository, id, [ada.key])).toMatchObject({ ok: true });
  });

  it('cannot be checked without the program, and that is said', async () => {
    const { repository, id } = signed(anSshSigner('ada'));
    expect(await verify(repository, id, [], '/nonexistent')).toMatchObject({
      ok: false,
      fault: 'no-program',
      why: expect.stringContaining('ssh-keygen is not installed'),
    });
  });
});

describe('an OpenPGP key', () => {
  it('that has expired or was revoked does not vouch, and that is said', async () => {
    const old = aPgpSigner('old', { now: '20240101T000000', expires: '20240601T000000' });
    const expired = signed(old);
    expect(await verify(expired.repository, expired.id, [old.key])).toMatchObject({
      fault: 'expired',
      found: 'old <old@example.org>',
    });
    const lost = aPgpSigner('lost');
    const { repository, id } = signed(lost);
    const file = join(
      lost.settings['gpg.program'] ?? '',
      '..',
      'openpgp-revocs.d',
      `${lost.fingerprint}.rev`,
    );
    const certificate = execFileSync('sed', ['s/^:---/---/', file], { encoding: 'utf8' });
    lost.gpg(['--import'], certificate);
    expect(await verify(repository, id, [lost.exported()])).toMatchObject({ fault: 'revoked' });
    expect(await verify(repository, id, [lost.key])).toMatchObject({ ok: true });
  });

  it('signs with a subkey too, and the primary key is named', async () => {
    const ada = aPgpSigner('ada');
    ada.gpg(['--quick-add-key', ada.fingerprint, 'ed25519', 'sign', 'never']);
    const [, sub = ''] = [...ada.gpg(['--with-colons', '--list-keys']).matchAll(/^fpr:+([0-9A-F]+):/gm)].map(
      ([, fingerprint = '']) => fingerprint,
    );
    const { repository, id } = signed({
      ...ada,
      settings: { ...ada.settings, 'user.signingKey': `${sub}!` },
    });
    const verdict = await verify(repository, id, [ada.exported()]);
    expect(verdict).toMatchObject({ ok: true, signer: { key: 'ada', fingerprint: ada.fingerprint } });
    expect(await verify(repository, id, [ada.key])).toMatchObject({ fault: 'unknown-key' });
  });
});

describe('an SSH key', () => {
  it('is listed as an allowed signer with limits, which hold now and not at the time that a commit claims', async () => {
    const ada = anSshSigner('ada');
    const { repository, id } = signed(ada);
    const line = (limits: string) => ({ ...ada.key, text: `ada@site ${limits} ${ada.key.text}` });
    expect(await verify(repository, id, [line('namespaces="git"')])).toMatchObject({
      signer: { identity: 'ada@site' },
    });
    expect(await verify(repository, id, [line('valid-before="20200101"')])).toMatchObject({
      fault: 'expired',
      found: 'ada@site',
    });
    execFileSync('git', ['commit', '--quiet', '--amend', '--no-edit', '--date=2019-06-01T00:00:00Z'], {
      ...{ cwd: repository.dir, env: { ...ENV, GIT_COMMITTER_DATE: '2019-06-01T00:00:00Z' } },
    });
    const backdated = repository.git('rev-parse', 'HEAD');
    expect(repository.git('log', '-1', '--format=%cs %as')).toBe('2019-06-01 2019-06-01');
    expect(await verify(repository, backdated, [line('valid-before="20200101"')])).toMatchObject({
      fault: 'expired',
    });
  });
});
