/** What an account may do, of what it asks for (distribution, "Token Scope Documentation"). Pure. */

/** As it stands in a token's `access`. */
export interface Access {
  type: string;
  name: string;
  actions: string[];
}

/** `writer`: barewright itself. `reader`: a node. */
export type Role = 'writer' | 'reader';

const MOST_SCOPES = 32;
const LONGEST = 512;
/** OCI distribution spec 1.1, "Pulling manifests". */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const ACTION = /^[a-z*]+$/;

/**
 * Scopes as they were asked for, `repository:redis:pull,push`, several with blanks between. Null when one of them is none.
 * What is not granted is left out, which is how a registry learns that it is not allowed.
 */
export function grant(scopes: readonly string[], role: Role): Access[] | null {
  const parts = scopes.flatMap((scope) => scope.split(' ')).filter((part) => part !== '');
  if (parts.length > MOST_SCOPES || parts.some((part) => part.length > LONGEST)) return null;
  const granted: Access[] = [];
  for (const part of parts) {
    const access = parseScope(part);
    if (!access) return null;
    granted.push({ ...access, actions: access.actions.filter((action) => may(role, access.type, action)) });
  }
  return granted.filter(({ actions }) => actions.length > 0);
}

function may(role: Role, type: string, action: string): boolean {
  if (type === 'repository')
    return action === 'pull' || (role === 'writer' && /^(push|delete)$/.test(action));
  return type === 'registry' && role === 'writer' && action === '*';
}

/** The name may have colons of its own, as of a host with a port. Only names that exist here are known. */
function parseScope(scope: string): Access | null {
  const [, type = '', name = '', list = ''] = /^([a-z]+)(?:\([a-z]+\))?:(.+):([^:]*)$/.exec(scope) ?? [];
  const actions = list.split(',').filter((action) => action !== '');
  const isName = type === 'repository' ? REPOSITORY.test(name) : type === 'registry' && name === 'catalog';
  return isName && actions.every((action) => ACTION.test(action)) ? { type, name, actions } : null;
}
