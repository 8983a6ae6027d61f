/** The registries of the site in force, each with its login and authority; others are spoken to without either. */

import type { Site } from '../../model/desired.ts';
import { endpointOf } from '../../model/image-reference.ts';
import type { RegistrySpec } from '../../model/registry-spec.ts';
import type { CredentialSpec } from '../../model/site.ts';
import { createRegistry, type Registry } from '../../registry/client.ts';
import { RegistryError } from '../../registry/errors.ts';
import { createSkopeoRepository } from '../../registry/skopeo.ts';
import { createSkopeoProgram, type SkopeoPlace, type SkopeoProgram } from '../../registry/skopeo-program.ts';
import type { ImageSender, ImageStore } from '../../registry/store.ts';
import type { RegistryAccess } from '../../registry/transport.ts';
import type { UploadNotes } from '../../registry/upload-notes.ts';
import type { Secrets } from '../secrets.ts';

export interface Registries {
  /** Takes the site's, with their secrets as they lie there now. */
  use(site: Site): Promise<void>;
  /** The site's own; null without one. Throws RegistryError when a secret of it cannot be read. */
  own(): Registry | null;
  /** How the site's own is spoken to by another program. Throws likewise, and without one. */
  ownAccess(): Pick<RegistryAccess, 'endpoint' | 'login'>;
  /** `docker.io`, `karoo:5000`. Throws likewise. */
  upstream(registry: string): Upstream;
  close(): Promise<void>;
}

/** Where images come from. */
export interface Upstream {
  repository(name: string): ImageStore | ImageSender;
}

interface Ports {
  /** Not those of BMCs: names are this module's own. */
  secrets: Secrets;
  notes: UploadNotes;
  overrides?: Partial<RegistryAccess>;
  /** For registries with `transport: skopeo`. */
  skopeo: SkopeoPlace;
  /** Of the registry that the daemon runs; null while it is not there. */
  served?(): Required<Pick<RegistryAccess, 'ca' | 'login'>> | null;
}

export function createRegistries({
  secrets,
  notes,
  overrides = {},
  skopeo,
  served = () => null,
}: Ports): Registries {
  let site: Site | null = null;
  let known = '';
  let clients = new Map<string, Registry>();
  let program: SkopeoProgram | null = null;

  async function use(next: Site): Promise<void> {
    const changed = await secrets.refresh(credentialsOf(next));
    const now = JSON.stringify([...next.registries]);
    site = next;
    if (now === known && changed.length === 0) return;
    known = now;
    await close();
  }

  async function close(): Promise<void> {
    const all = [...clients.values()];
    clients = new Map();
    const running = program;
    program = null;
    await Promise.all([...all.map((client) => client.close()), running?.close()]);
  }

  function client(name: string | null, endpoint: string): Registry {
    const open =
      clients.get(endpoint) ?? createRegistry({ ...accessOf(name, endpoint), ...overrides }, notes);
    clients.set(endpoint, open);
    return open;
  }

  function accessOf(name: string | null, endpoint: string): RegistryAccess {
    const spec = name === null ? undefined : site?.registries.get(name);
    if (spec?.serve) {
      const access = served();
      if (access) return { endpoint, ...access };
      throw new RegistryError('unreachable', `${new URL(endpoint).host} is not run by the daemon yet`, {
        hint: 'See: barewright status.',
      });
    }
    const ca = spec?.ca ? secret(authorityOf(`${name}`)).password : null;
    const login = spec?.password ? secret(loginOf(`${name}`)) : null;
    return { endpoint, ...(ca === null ? {} : { ca }), ...(login ? { login } : {}) };
  }

  /** Images of such a registry are sent to the own one. */
  function bySkopeo(name: string, spec: RegistrySpec): Upstream {
    const [from, to] = [accessOf(name, spec.endpoint), ownAccess()];
    program ??= createSkopeoProgram(skopeo, skopeoAccesses());
    const running = program;
    return { repository: (repository) => createSkopeoRepository(running, from, to, repository) };
  }

  /** Of all that skopeo may be run against: one file holds their logins. */
  function skopeoAccesses(): RegistryAccess[] {
    return [...(site?.registries ?? [])].flatMap(([name, { own, endpoint, transport }]) =>
      own || transport === 'skopeo' ? [accessOf(name, endpoint)] : [],
    );
  }

  function ownAccess(): RegistryAccess {
    for (const [name, { own, endpoint }] of site?.registries ?? []) if (own) return accessOf(name, endpoint);
    throw new RegistryError('not-found', 'the site declares no registry of its own');
  }

  function secret(name: string): { username: string; password: string } {
    const found = secrets.credential(name);
    if (!found.ok) throw new RegistryError('unauthorized', found.why);
    const { username, password } = found;
    return { username, password };
  }

  return {
    use,
    own() {
      for (const [name, { own, endpoint }] of site?.registries ?? []) if (own) return client(name, endpoint);
      return null;
    },
    ownAccess,
    upstream(registry) {
      const endpoint = endpointOf(registry);
      const { host } = new URL(endpoint);
      for (const [name, spec] of site?.registries ?? []) {
        if (new URL(spec.endpoint).host !== host) continue;
        return spec.transport === 'skopeo' ? bySkopeo(name, spec) : client(name, spec.endpoint);
      }
      return client(null, endpoint);
    },
    close,
  };
}

function credentialsOf({ registries }: Site): Map<string, CredentialSpec> {
  const all = new Map<string, CredentialSpec>();
  for (const [name, { ca, username = '', password }] of registries) {
    if (password) all.set(loginOf(name), { username, password });
    if (ca) all.set(authorityOf(name), { username: '', password: ca });
  }
  return all;
}

/** As the rest of "credential … cannot be read". */
function loginOf(name: string): string {
  return `of registry ${name}`;
}

function authorityOf(name: string): string {
  return `ca of registry ${name}`;
}
