import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVerifyKeys } from '../../src/daemon/verify-keys.ts';
import { aFolder } from '../git/a-repository.ts';
import { aPgpSigner, signWith, type TestSigner } from '../git/a-signer.ts';
import { ADA, aFollowed, aSignedSite, BY_ADA, EVE, files, keepKeys, keyFile } from './a-followed-site.ts';

keepKeys();

describe('promise 4: a commit that no listed key vouches for changes nothing', () => {
  it.each<[string, TestSigner | null, string]>([
    ['an unsigned one', null, 'is not signed'],
    ['one that another key has signed', EVE, 'is signed with the SSH key SHA256:'],
  ])('%s is refused, said once, and a signed one on top goes into force', async (_, signer, why) => {
    const f = await aSignedSite();
    const refused = await f.push(signer, files(BY_ADA, 2));
    await f.follower.check();
    expect(f.inForce()).toBe(f.first);
    expect(f.generation()).toBe(1);
    expect(f.follower.view()).toMatchObject({ state: 'unverified', head: refused });
    expect(f.follower.view().message).toContain(why);
    expect(f.messages('CommitUnverified')).toEqual([expect.stringContaining('git commit -S')]);
    const good = await f.push(ADA, files(BY_ADA, 3));
    expect(f.inForce()).toBe(good);
    expect(f.follower.view().state).toBe('ok');
  });

  it('nobody adds his own key: the keys of the commit in force judge, not those of the commit', async () => {
    const f = await aSignedSite();
    await f.push(EVE, { ...files('{ keys: [ada, eve] }'), ...keyFile(EVE) });
    expect(f.inForce()).toBe(f.first);
    const replaced = { 'profiles/keys/ada.pub': EVE.key.text };
    await f.push(EVE, { ...files(BY_ADA), ...replaced });
    expect(f.inForce()).toBe(f.first);
    f.repository.git('reset', '--quiet', '--hard', f.first);
    const letIn = await f.push(ADA, { ...files('{ keys: [ada, eve] }'), ...keyFile(EVE) });
    expect(f.inForce()).toBe(letIn);
    const byEve = await f.push(EVE, files('{ keys: [ada, eve] }', 2));
    expect(f.inForce()).toBe(byEve);
  });

  it('nobody switches verification off but who could sign', async () => {
    const f = await aSignedSite();
    await f.push(null, files(null));
    expect(f.inForce()).toBe(f.first);
    f.repository.git('reset', '--quiet', '--hard', f.first);
    const off = await f.push(ADA, files(null));
    expect(f.inForce()).toBe(off);
    expect(f.messages('SignersTrusted').at(-1)).toContain('commits need no signature');
    const free = await f.push(null, files(null, 2));
    expect(f.inForce()).toBe(free);
  });

  it.each(['head', 'all'] as const)('mode %s: an unsigned commit in the middle', async (mode) => {
    const f = await aSignedSite(`{ mode: ${mode}, keys: [ada] }`);
    signWith(f.repository, null);
    const middle = f.repository.commit(files(`{ mode: ${mode}, keys: [ada] }`, 2));
    const head = await f.push(ADA, { 'README.md': 'signed' });
    expect(f.inForce()).toBe(mode === 'head' ? head : f.first);
    if (mode === 'all')
      expect(f.messages('CommitUnverified')[0]).toContain(`${middle.slice(0, 10)} by Ada, on the way to`);
  });

  it('mode all looks at all parents of a merge, and at the merge', async () => {
    const f = await aSignedSite('{ mode: all, keys: [ada] }');
    const merge = async (side: TestSigner | null, name: string) => {
      f.repository.git('checkout', '--quiet', '-b', name, f.inForce() ?? '');
      signWith(f.repository, side);
      f.repository.commit({ [`${name}.md`]: name });
      f.repository.git('checkout', '--quiet', 'main');
      signWith(f.repository, ADA);
      f.repository.git('merge', '--quiet', '--no-ff', '-m', `merge ${name}`, name);
      await f.follower.check();
      return f.repository.git('rev-parse', 'HEAD');
    };
    const good = await merge(ADA, 'signed');
    expect(f.inForce()).toBe(good);
    await merge(null, 'unsigned');
    expect(f.inForce()).toBe(good);
  });

  it('a rewritten history that a person accepted must be signed all the same', async () => {
    const f = await aSignedSite();
    signWith(f.repository, null);
    f.repository.git('commit', '--quiet', '--amend', '-m', 'another start');
    await f.follower.check();
    expect(f.follower.view().state).toBe('rewritten');
    await f.follower.acceptHistory(f.repository.git('rev-parse', 'HEAD'), 'thandi');
    expect(f.follower.view().state).toBe('unverified');
    expect(f.inForce()).toBe(f.first);
  });

  it('the keys are remembered where the commit in force cannot be read as a site any more', async () => {
    const f = await aFollowed();
    const trust = { mode: 'head' as const, keys: [ADA.key], approvers: [] };
    signWith(f.repository, null);
    const broken = f.repository.commit({ 'inventory/site.yaml': 'kind: Sight' });
    const about = { node: null, commit: broken, actor: 'git', message: '' };
    const data = { trust, by: 'first-use' as const };
    await f.journal.append([{ ...about, reason: 'SignersTrusted', data }], { acceptedCommit: broken });
    await f.push(null, files(null));
    expect(f.inForce()).toBe(broken);
    const mended = await f.push(ADA, files(null, 2));
    expect(f.inForce()).toBe(mended);
  });
});

describe('the first commit', () => {
  it('is trusted on first use where no key is given, and that is said; also that it locks itself out', async () => {
    const f = await aFollowed();
    const first = await f.push(null, { ...files(BY_ADA), ...keyFile(ADA) });
    expect(f.inForce()).toBe(first);
    expect(f.messages('SignersTrusted')).toEqual([
      'from now on the newest commit must be signed with a key of ada; nobody has vouched for the commit that says so (trust on first use). Note: this very commit is not signed; the next one has to be',
    ]);
  });

  it('is judged by the keys that were given to the daemon, which go on to count for a site without keys of its own', async () => {
    const pat = aPgpSigner('pat');
    const f = await aFollowed([pat.key]);
    await f.push(ADA, files(null));
    expect(f.inForce()).toBe(null);
    expect(f.follower.view()).toMatchObject({ state: 'unverified' });
    const first = await f.push(pat, files(null, 2));
    expect(f.inForce()).toBe(first);
    await f.push(null, files(null, 3));
    expect(f.inForce()).toBe(first);
    f.repository.git('reset', '--quiet', '--hard', first);
    const named = await f.push(pat, { ...files(BY_ADA), ...keyFile(ADA) });
    expect(f.inForce()).toBe(named);
    const byAda = await f.push(ADA, files(BY_ADA, 2));
    expect(f.inForce()).toBe(byAda);
    const rescued = await f.push(pat, files(BY_ADA, 3));
    expect(f.inForce()).toBe(rescued);
  });
});

describe('--verify-keys', () => {
  it('is a file or a directory of keys of both kinds', async () => {
    const dir = aFolder();
    const pat = aPgpSigner('pat');
    writeFileSync(join(dir, 'ada.pub'), ADA.key.text);
    writeFileSync(join(dir, 'pat.asc'), pat.key.text);
    writeFileSync(join(dir, 'README'), 'keys of the site');
    expect(await readVerifyKeys(dir)).toEqual([ADA.key, pat.key]);
    expect(await readVerifyKeys(join(dir, 'pat.asc'))).toEqual([pat.key]);
  });

  it('that holds no key is refused, since nothing could come into force', async () => {
    const dir = aFolder();
    await expect(readVerifyKeys(dir)).rejects.toThrow('there is no *.asc or *.pub in it');
    await expect(readVerifyKeys(join(dir, 'gone'))).rejects.toThrow('cannot be read');
    writeFileSync(join(dir, 'bad.pub'), 'ssh-ed25519 AAAA\n');
    await expect(readVerifyKeys(dir)).rejects.toThrow('line 1 is not a whole key of the type ssh-ed25519');
    writeFileSync(join(dir, 'bad.pub'), '-----BEGIN OPENSSH PRIVATE KEY-----\n');
    await expect(readVerifyKeys(dir)).rejects.toThrow('is a private key');
  });
});
