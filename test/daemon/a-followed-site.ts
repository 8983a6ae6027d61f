/** A repository that is followed by a daemon's follower, with or without signatures. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { createFollower } from '../../src/daemon/follow.ts';
import { loadSite } from '../../src/daemon/load-site.ts';
import { createSignedHistory } from '../../src/daemon/signed-history.ts';
import { createDocumentCache } from '../../src/desired/document-cache.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { Site } from '../../src/model/desired.ts';
import type { SignerKey } from '../../src/model/signer.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { aRepository, ENV, open } from '../git/a-repository.ts';
import { anSshSigner, signWith, type TestSigner } from '../git/a-signer.ts';
import { type NodeText, siteFiles } from '../promises/site-text.ts';

const N01: NodeText = { name: 'n01', mac: '52:54:00:00:00:01', bmc: '127.9.0.1', address: '127.9.0.2' };

export function files(
  verify: string | null,
  generation = 1,
  policy: Record<string, number> = {},
): Record<string, string> {
  const said = verify === null ? {} : { verify };
  return Object.fromEntries(siteFiles({ nodes: [{ ...N01, generation }], policy, ...said }));
}

export const keyFile = ({ key }: TestSigner) => ({
  [`profiles/keys/${key.name}.${key.kind === 'ssh' ? 'pub' : 'asc'}`]: key.text,
});

export async function aFollowed(given: readonly SignerKey[] = []) {
  const repository = aRepository();
  const journal = openMemoryJournal({ clock: Date.now });
  let site: Site | null = null;
  repository.git('commit', '--quiet', '--allow-empty', '-m', 'nothing yet');
  const source = await open(repository.dir);
  const ports = { source, journal, site: () => site };
  const follower = createFollower({
    ...{ ...ports, cache: createDocumentCache(), clock: Date.now },
    signed: createSignedHistory({ ...ports, given, path: ENV.PATH }),
    prepare: async () => {},
    use(next) {
      site = next;
    },
    inForce: async () => {},
  });
  return {
    ...{ repository, journal, follower },
    inForce: () => journal.facts().acceptedCommit,
    site: () => site,
    /** Of the plan of the step to a commit, as a preview of it shows. */
    async digest(id: string): Promise<string> {
      const { site: next, commit } = await loadSite(source, createDocumentCache(), id);
      if (!next) throw new Error(`commit ${id} has mistakes`);
      const states = journal.states();
      return makePlan({ site: next, previous: site, states, now: Date.now(), causeOf: () => commit }).plan
        .digest;
    },
    generation: () => site?.nodes.get('n01')?.generation,
    messages: (reason: 'CommitUnverified' | 'SignersTrusted') =>
      journal.read({ reasons: [reason] }).map(({ message }) => message),
    /** Commits as the signer, lets the daemon look, and returns the commit. */
    async push(signer: TestSigner | null, what: Record<string, string>): Promise<string> {
      signWith(repository, signer);
      const id = repository.commit(what);
      await follower.check();
      return id;
    },
  };
}

const keys = mkdtempSync(join(tmpdir(), 'barewright-keys-'));
export const ADA = anSshSigner('ada', 'ed25519', keys);
export const EVE = anSshSigner('eve', 'ed25519', keys);
const texts = readdirSync(keys).map((file) => [join(keys, file), readFileSync(join(keys, file))] as const);
removeKeys();

/** For the tests of one file: several share this module, and its keys. */
export function keepKeys(): void {
  beforeAll(() => {
    mkdirSync(keys, { mode: 0o700 });
    for (const [file, text] of texts) writeFileSync(file, text, { mode: 0o600 });
  });
  afterAll(removeKeys);
}

function removeKeys(): void {
  rmSync(keys, { recursive: true, force: true });
}

export const BY_ADA = '{ keys: [ada] }';

/** A site in force that wants Ada's signature. */
export async function aSignedSite(verify = BY_ADA, signer = ADA) {
  const f = await aFollowed();
  const first = await f.push(signer, { ...files(verify), ...keyFile(signer) });
  expect(f.inForce()).toBe(first);
  return { ...f, first };
}
