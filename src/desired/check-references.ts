/** Names that nothing carries. */

import type { Kind, NodeDefaults } from '../model/site.ts';
import type { Gathered } from './gather.ts';
import { nearest } from './nearest.ts';
import type { Located, Report } from './report.ts';
import type { Path } from './yaml-positions.ts';

export interface References {
  /** Reports a name of a kind that no document carries. */
  document(where: Located, path: Path, kind: Kind, name: string): void;
  /** Reports a name that is not among the site's credentials. */
  credentials(where: Located, path: Path, name: string): void;
}

export function createReferences(gathered: Gathered, report: Report): References {
  const sites = [...gathered.sound.Site.values()];
  const credentials = sites.flatMap((site) => Object.keys(site.spec.credentials ?? {}));

  function dangling(
    where: Located,
    path: Path,
    what: string,
    name: string,
    known: string[],
    add: string,
  ): void {
    const guess = nearest(name, known);
    const message = `there is no ${what} ${JSON.stringify(name)}`;
    report.at(where, path, { code: 'dangling', message, hint: guess ? `Did you mean \`${guess}\`?` : add });
  }

  return {
    document(where, path, kind, name) {
      if (gathered.mayExist(kind, name)) return;
      const names = gathered.names(kind);
      const some = names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
      const add = names.length > 0 ? `Add it, or name one of: ${some}.` : `Add a document of kind ${kind}.`;
      dangling(where, path, kind.toLowerCase(), name, names, add);
    },
    credentials(where, path, name) {
      // A site document that could not be used may have them.
      if (sites.length === 0 || credentials.includes(name)) return;
      dangling(where, path, 'credential', name, credentials, 'Add it under `spec.credentials` of the Site.');
    },
  };
}

/** The names in the defaults of a pool or the site: reported once there, not at every node. */
export function checkDefaults(
  where: Located,
  defaults: NodeDefaults | undefined,
  references: References,
): void {
  const profile = defaults?.install?.profile;
  if (profile !== undefined)
    references.document(where, ['spec', 'defaults', 'install', 'profile'], 'Profile', profile);
  const credentials = defaults?.bmc?.credentials;
  if (credentials !== undefined) {
    references.credentials(where, ['spec', 'defaults', 'bmc', 'credentials'], credentials);
  }
}
