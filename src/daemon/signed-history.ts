/** Who vouches for a commit that is to come into force (ADR 10). It is judged by the keys of the one in force, never by its own. */

import { GitError } from '../git/errors.ts';
import { withVerifier } from '../git/signatures/verifier.ts';
import type { Source } from '../git/source.ts';
import type { Commit, Site } from '../model/desired.ts';
import type { NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { Signature, SignatureFault, SignerKey, Trust } from '../model/signer.ts';
import { shortCommit } from '../plan/say-age.ts';
import { APPROVE, type Trailer } from './trailers.ts';

export interface SignedHistoryPorts {
  source: Pick<Source, 'range' | 'rawCommit' | 'readCommit' | 'trailers'>;
  journal: Pick<Journal, 'read'>;
  site(): Site | null;
  /** Keys from outside Git, which count beside those of any commit. */
  given: readonly SignerKey[];
  /** To find gpg and ssh-keygen on. */
  path: string;
}

export type Judgement =
  /** `signed`: somebody had to vouch for it, and has. */
  { ok: true; signed: boolean } | { ok: false; commit: Commit; signature: Signature & { ok: false } };

/** Of a repository that nobody needs to vouch for. */
export const UNSIGNED: Judgement = { ok: true, signed: false };

export interface SignedHistory {
  /** Rejects with GitError where a commit cannot be read. */
  judge(accepted: string | null, head: string): Promise<Judgement>;
  /** What the commits of the step say on plans, with who says it. */
  trailers(accepted: string | null, head: string): Promise<Trailer[]>;
  /** What is to be said of the keys of a site that comes into force; nothing where they are as before. */
  news(site: Site, signed: boolean): Promise<NewEvent[]>;
}

export function createSignedHistory(ports: SignedHistoryPorts): SignedHistory {
  const { source, given, path } = ports;
  /** A key of the site may have the same name, and other rights. */
  const outside = given.map((key) => ({ ...key, name: `${key.name} (--verify-keys)` }));

  /** Of the site in force; where that cannot be read any more, what the journal remembers of it. */
  function inForce(): Trust | null {
    const site = ports.site();
    if (site) return site.verify;
    const [last] = ports.journal.read({ reasons: ['SignersTrusted'], limit: 1 });
    return last?.reason === 'SignersTrusted' ? last.data.trust : null;
  }

  function trusted(): Trust | null {
    const trust = inForce();
    if (outside.length === 0) return trust;
    const { mode = 'head', keys = [], approvers = [] } = trust ?? {};
    return {
      mode,
      keys: [...keys, ...outside],
      approvers: [...approvers, ...outside.map(({ name }) => name)],
    };
  }

  async function judge(accepted: string | null, head: string): Promise<Judgement> {
    const trust = trusted();
    if (trust === null) return UNSIGNED;
    const commits = trust.mode === 'all' && accepted !== null ? await step(accepted, head) : [head];
    return withVerifier(trust.keys, { path }, async ({ verify }) => {
      for (const id of commits) {
        const signature = await verify(await source.rawCommit(id), id);
        if (!signature.ok) return { ok: false, commit: await source.readCommit(id), signature };
      }
      return { ok: true, signed: true };
    });
  }

  /** Every commit that the head has and the one in force has not, over all parents, oldest first. */
  async function step(accepted: string, head: string): Promise<string[]> {
    try {
      const commits = await source.range(accepted, head);
      return commits.length === 0 ? [head] : commits.map(({ id }) => id).reverse();
    } catch (error) {
      // After a rewrite that a person accepted, the commit before may be gone: then there is no step to look at.
      if (error instanceof GitError && error.code === 'missing-object') return [head];
      throw error;
    }
  }

  async function trailers(accepted: string | null, head: string): Promise<Trailer[]> {
    if (accepted === null) return [];
    const found = await source.trailers(accepted, head, APPROVE).catch((error: unknown) => {
      // As in `step`: where the commit before is gone, nobody can tell which words are new.
      if (error instanceof GitError && error.code === 'missing-object') return [];
      throw error;
    });
    if (found.length === 0) return [];
    const trust = trusted();
    return withVerifier(trust?.keys ?? [], { path }, async ({ verify }) => {
      const all: Trailer[] = [];
      for (const { id, values } of found) {
        const commit = await source.readCommit(id);
        const by = trust === null ? NOBODY : speaker(await verify(await source.rawCommit(id), id), trust);
        for (const digest of values.slice(0, MOST_TRAILERS))
          all.push({ commit, digest: digest.slice(0, 64), by });
      }
      return all;
    });
  }

  async function news({ commit, verify: next }: Site, signed: boolean): Promise<NewEvent[]> {
    if (JSON.stringify(inForce()) === JSON.stringify(next)) return [];
    const about = { node: null, commit: commit.id, actor: 'git', reason: 'SignersTrusted' } as const;
    const by = signed ? 'commit' : 'first-use';
    const message = `${next === null ? sayOff(given) : sayTrust(next)}${signed ? '' : sayFirstUse(next)}${await sayLockOut(next, commit)}`;
    return [{ ...about, message, data: { trust: next, by } }];
  }

  /** A site whose own commit its keys refuse will probably refuse the next one too. */
  async function sayLockOut(next: Trust | null, { id }: Commit): Promise<string> {
    if (next === null) return '';
    const keys = [...next.keys, ...given];
    const raw = await source.rawCommit(id);
    const signature = await withVerifier(keys, { path }, ({ verify }) => verify(raw, id));
    return signature.ok ? '' : `. Note: this very commit ${signature.why}; the next one has to be`;
  }

  return { judge, trailers, news };
}

/** Of one commit; more than these nobody writes in earnest. */
const MOST_TRAILERS = 5;
const NOBODY: Trailer['by'] = {
  ...{ ok: false, fault: 'not-configured' },
  why: 'the commit in force lists no keys (spec.verify), so nobody can tell who says it',
};

function speaker(signature: Signature, { approvers }: Trust): Trailer['by'] {
  if (!signature.ok) return { ok: false, fault: 'unverified', why: `the commit ${signature.why}` };
  const { signer } = signature;
  if (approvers.includes(signer.key)) return { ok: true, signer };
  return {
    ...{ ok: false, fault: 'not-approver' },
    why: `${signer.key}, who signed it, is not among spec.verify.approvers`,
  };
}

function sayTrust({ mode, keys }: Trust): string {
  const names = [...new Set(keys.map(({ name }) => name))].join(', ');
  return `from now on ${mode === 'all' ? 'every commit' : 'the newest commit'} must be signed with a key of ${names}`;
}

function sayOff(given: readonly SignerKey[]): string {
  const still = given.length === 0 ? 'commits need no signature' : 'only the keys of --verify-keys count';
  return `the site lists no keys any more: from now on ${still}`;
}

function sayFirstUse(next: Trust | null): string {
  return next === null ? '' : '; nobody has vouched for the commit that says so (trust on first use)';
}

/** Why a commit would be refused, for those who look at it before. */
export function sayUnverified({ commit, signature }: Judgement & { ok: false }): string {
  return `commit ${shortCommit(commit.id)} by ${commit.author} ${signature.why}`;
}

/** Says whose commit was refused, why, and what to do. */
export function unverifiedEvent(
  head: string,
  { commit, signature }: Judgement & { ok: false },
): NewEvent & { reason: 'CommitUnverified' } {
  const { fault, found, why } = signature;
  const which = `${shortCommit(commit.id)} by ${commit.author}`;
  const where = commit.id === head ? which : `${which}, on the way to ${shortCommit(head)},`;
  return {
    ...{ node: null, commit: head, actor: 'git', reason: 'CommitUnverified' },
    message: `commit ${where} ${why}; it changes nothing. ${sayRemedy(fault, commit.id === head)}`,
    data: { commit, head, fault, found },
  };
}

function sayRemedy(fault: SignatureFault, isHead: boolean): string {
  if (fault === 'no-program') return 'Install it; the commit is looked at again.';
  const sign = isHead
    ? 'Add a commit that is signed with a listed key (git commit -S), or sign this one (git commit --amend -S), and push'
    : 'Take it out of the branch or sign it (git rebase --exec "git commit --amend --no-edit -S"), and push';
  return `${sign}; where no listed key is left, start the daemon with --verify-keys.`;
}
