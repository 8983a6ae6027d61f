import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/model/event.ts';
import { ENV } from '../git/a-repository.ts';
import { signWith, type TestSigner } from '../git/a-signer.ts';
import { ADA, aFollowed, aSignedSite, BY_ADA, EVE, files, keyFile } from './a-followed-site.ts';

type Followed = Awaited<ReturnType<typeof aSignedSite>>;

const BOTH = '{ keys: [ada, eve], approvers: [ada] }';
/** Every reinstall needs an approval. */
const STRICT = { reinstallsPerCommit: 0 };

/** A site whose node is installed, so that a raised generation is held for an approval. */
async function aStrictSite(verify: string = BY_ADA): Promise<Followed> {
  const f = await aSignedSite();
  const keys = verify === BOTH ? keyFile(EVE) : {};
  await f.push(ADA, { ...files(verify, 1, STRICT), ...keys });
  const record = { installId: 'i1', profile: 'base', generation: 1, installDigest: 'x', commit: f.first };
  const about = { node: 'n01', commit: null, actor: 'node', message: '' };
  await f.journal.append([
    { ...about, reason: 'NodeAdopted', data: { record } },
    {
      ...about,
      reason: 'PhaseEntered',
      data: { phase: 'settled', from: 'found', waitingFor: '', deadline: null },
    },
  ]);
  return f;
}

/** Commits without letting the daemon look. */
function commit(
  f: Followed,
  signer: TestSigner | null,
  message: string,
  what: Record<string, string> = {},
): string {
  signWith(f.repository, signer);
  for (const [path, text] of Object.entries(what)) f.repository.write(path, text);
  f.repository.git('add', '--all');
  f.repository.git('commit', '--quiet', '--allow-empty', '-m', message);
  return f.repository.git('rev-parse', 'HEAD');
}

/** Raises the generation in a commit that approves its own plan. */
async function raiseApproved(f: Followed, signer: TestSigner | null, verify = BY_ADA): Promise<string> {
  commit(f, signer, 'n01 anew', files(verify, 2, STRICT));
  const digest = await f.digest(f.repository.git('rev-parse', 'HEAD'));
  f.repository.git('commit', '--quiet', '--amend', '-m', `n01 anew\n\nBarewright-Approve: ${digest}`);
  return digest;
}

const approved = (f: Followed) => f.journal.state('n01')?.approved ?? null;
const ignored = (f: Followed) =>
  f.journal
    .read({ reasons: ['TrailerIgnored'] })
    .map((event) => (event.reason === 'TrailerIgnored' ? event.data.fault : ''));

describe('promise 1: an approval in a signed commit', () => {
  it('counts for the plan that it names, in the same append as the acceptance, in the name of who signed it', async () => {
    const f = await aStrictSite();
    const digest = await raiseApproved(f, ADA);
    const batches: (readonly NewEvent[])[] = [];
    f.journal.subscribe((events) => void batches.push(events));
    await f.follower.check();
    expect(batches.map((batch) => batch.map(({ reason }) => reason))).toEqual([
      ['CommitAccepted', 'InstallWanted', 'PlanApproved', 'InstallApproved'],
    ]);
    expect(approved(f)).toMatchObject({ by: 'ada@example.org', digest });
    const [word] = f.journal.read({ reasons: ['PlanApproved'] });
    expect(word?.message).toMatch(
      new RegExp(
        `^plan ${digest} approved by ada@example.org: 1 node: Barewright-Approve in commit ${f.inForce()?.slice(0, 10)}, signed with ada \\(SHA256:`,
      ),
    );
    expect(ignored(f)).toEqual([]);
  });

  it('may come later, in a commit that says nothing else; once', async () => {
    const f = await aStrictSite();
    await f.push(ADA, files(BY_ADA, 2, STRICT));
    expect(approved(f)).toBe(null);
    const digest = await f.digest(f.inForce() ?? '');
    commit(f, ADA, `yes\n\nBarewright-Approve: ${digest}`);
    await f.follower.check();
    expect(approved(f)).toMatchObject({ by: 'ada@example.org', digest });
    await f.follower.check();
    expect(f.journal.read({ reasons: ['InstallApproved'] })).toHaveLength(1);
  });

  it('of an approver counts below a head that another listed key has signed, as a forge’s merge', async () => {
    const f = await aStrictSite(BOTH);
    f.repository.git('checkout', '--quiet', '-b', 'topic');
    const digest = await raiseApproved(f, ADA, BOTH);
    f.repository.git('checkout', '--quiet', 'main');
    signWith(f.repository, EVE);
    f.repository.git(
      'merge',
      '--quiet',
      '--no-ff',
      '-m',
      `Merge topic\n\nBarewright-Approve: ${digest}`,
      'topic',
    );
    await f.follower.check();
    expect(approved(f)).toMatchObject({ by: 'ada@example.org', digest });
    expect(ignored(f)).toEqual(['not-approver']);
  });
});

describe('a Barewright-Approve approves nothing', () => {
  it('without a signature: in mode head below a signed head, and in a head of its own it is refused anyway', async () => {
    const f = await aStrictSite();
    await raiseApproved(f, null);
    await f.follower.check();
    expect(f.follower.view().state).toBe('unverified');
    commit(f, ADA, 'signed');
    await f.follower.check();
    expect(f.generation()).toBe(2);
    expect(approved(f)).toBe(null);
    expect(ignored(f)).toEqual(['unverified']);
  });

  it('with another plan’s digest; what it is now is said', async () => {
    const f = await aStrictSite();
    commit(f, ADA, 'n01 anew\n\nBarewright-Approve: 0123456789ab', files(BY_ADA, 2, STRICT));
    await f.follower.check();
    expect(approved(f)).toBe(null);
    const [word] = f.journal.read({ reasons: ['TrailerIgnored'] });
    expect(word).toMatchObject({ data: { fault: 'outdated', plan: await f.digest(f.inForce() ?? '') } });
    expect(word?.message).toContain(`the plan is ${await f.digest(f.inForce() ?? '')} now`);
  });

  it('with a digest that was right when it was written, and is not when it comes into force', async () => {
    const f = await aStrictSite();
    await raiseApproved(f, ADA);
    await f.journal.append([
      {
        node: 'n01',
        commit: null,
        actor: 'daemon',
        message: '',
        reason: 'InstallSettled',
        data: {
          record: { installId: 'i9', profile: 'base', generation: 9, installDigest: '', commit: '' },
          durationMs: 1,
        },
      },
      {
        node: 'n01',
        commit: null,
        actor: 'daemon',
        message: '',
        reason: 'BaselineMoved',
        data: { profile: 'base', generation: 9 },
      },
    ]);
    await f.follower.check();
    expect(approved(f)).toBe(null);
    expect(ignored(f)).toEqual(['outdated']);
  });

  it('in a commit that is older than approvals last', async () => {
    const f = await aStrictSite();
    await raiseApproved(f, ADA);
    const old = { ...ENV, GIT_COMMITTER_DATE: '2020-01-01T00:00:00Z' };
    execFileSync('git', ['commit', '--quiet', '--amend', '--no-edit'], { cwd: f.repository.dir, env: old });
    await f.follower.check();
    expect(f.generation()).toBe(2);
    expect(approved(f)).toBe(null);
    expect(ignored(f)).toEqual(['expired']);
  });

  it('by a listed key that is no approver', async () => {
    const f = await aStrictSite(BOTH);
    await raiseApproved(f, EVE, BOTH);
    await f.follower.check();
    expect(f.generation()).toBe(2);
    expect(approved(f)).toBe(null);
    expect(ignored(f)).toEqual(['not-approver']);
  });

  it('where the site lists no keys, though it be signed', async () => {
    const f = await aFollowed();
    const first = await f.push(ADA, files(null, 1, STRICT));
    commit({ ...f, first }, ADA, 'hello\n\nBarewright-Approve: 0123456789ab');
    await f.follower.check();
    expect(ignored({ ...f, first })).toEqual(['not-configured']);
  });

  it('where the plan holds nothing', async () => {
    const f = await aStrictSite();
    commit(f, ADA, `hello\n\nBarewright-Approve: ${await f.digest(f.inForce() ?? '')}`);
    await f.follower.check();
    expect(ignored(f)).toEqual(['nothing-held']);
  });

  it('where it stands in the text instead of the trailers', async () => {
    const f = await aStrictSite();
    await f.push(ADA, files(BY_ADA, 2, STRICT));
    const digest = await f.digest(f.inForce() ?? '');
    commit(f, ADA, `hello\n\nBarewright-Approve: ${digest}\n\nis what one would write, says this text.`);
    await f.follower.check();
    expect(approved(f)).toBe(null);
    expect(ignored(f)).toEqual([]);
  });

  it('in the first commit of an empty store: promise 3', async () => {
    const f = await aFollowed([ADA.key]);
    signWith(f.repository, ADA);
    for (const [path, text] of Object.entries(files(null, 1, STRICT))) f.repository.write(path, text);
    f.repository.git('add', '--all');
    f.repository.git('commit', '--quiet', '-m', 'start');
    const digest = await f.digest(f.repository.git('rev-parse', 'HEAD'));
    f.repository.git('commit', '--quiet', '--amend', '-m', `start\n\nBarewright-Approve: ${digest}`);
    await f.follower.check();
    expect(f.inForce()).not.toBe(null);
    expect(f.journal.read({ reasons: ['PlanApproved', 'InstallApproved'] })).toEqual([]);
  });
});
