/** Who may log in to the site's own registry: barewright itself, and the nodes of the site in force, each by its install. */

import { createHmac } from 'node:crypto';
import type { Site } from '../../model/desired.ts';
import type { Journal } from '../../model/journal.ts';
import type { RegistrySpec } from '../../model/registry-spec.ts';
import type { Tokens } from '../../observe/tokens.ts';
import type { Account } from '../../own-registry/token-desk.ts';
import type { Login } from '../../registry/auth.ts';

/** No node can be called so. */
const WRITER = 'barewright.daemon';

export function writerLogin(tokens: Pick<Tokens, 'registrySecret'>): Login {
  return { username: WRITER, password: tokens.registrySecret('password') };
}

interface Ports {
  journal: Pick<Journal, 'state'>;
  tokens: Pick<Tokens, 'registrySecret' | 'reportKey' | 'keyName'>;
  site(): Site | null;
}

/** Answers at the moment it is asked: a node that is gone from Git, revoked or reinstalled has no such account any more. */
export function createAccounts({ journal, tokens, site }: Ports): (name: string) => Account | null {
  const writer = writerLogin(tokens);
  return (name) => {
    if (name === writer.username) return { role: 'writer', password: writer.password };
    const inForce = site();
    const own = inForce && servedRegistry(inForce);
    if (!own || !mayPull(inForce).has(name)) return null;
    const signs = journal.state(name)?.signs;
    // Of an install that this daemon handed a key to; another's can be neither made nor believed.
    if (!signs || signs.key !== tokens.keyName) return null;
    return { role: 'reader', password: nodePassword(tokens.reportKey(signs.installId), own) };
  };
}

/** The node makes the same one (agent/files/trust-registry.sh), so that it is never sent. */
function nodePassword(reportKey: string, { host, rotation }: Served): string {
  return createHmac('sha256', reportKey).update(`registry ${host} ${rotation}`).digest('hex');
}

export interface Served {
  /** In the site's document. */
  name: string;
  host: string;
  rotation: number;
  spec: RegistrySpec & { serve: NonNullable<RegistrySpec['serve']> };
}

/** The registry that the daemon runs; null where the site has none. */
export function servedRegistry({ registries }: Pick<Site, 'registries'>): Served | null {
  for (const [name, spec] of registries) {
    const { serve, endpoint } = spec;
    if (serve) {
      return { name, host: new URL(endpoint).host, rotation: serve.rotation ?? 1, spec: { ...spec, serve } };
    }
  }
  return null;
}

/** Names of nodes. */
export function mayPull(site: Site): Set<string> {
  const revoked = new Set(servedRegistry(site)?.spec.serve.revoked);
  return new Set([...site.nodes.keys()].filter((name) => !revoked.has(name)));
}
