/** What a registry wants to see before it answers: the header WWW-Authenticate. RFC 9110 §11.6.1. Pure. */

export type Challenge =
  | { scheme: 'basic' }
  | { scheme: 'bearer'; realm: string; service: string | null; scope: string | null };

/** The one to answer: bearer before basic; null where neither is offered. */
export function readChallenge(header: string | readonly string[] | undefined): Challenge | null {
  const offered = challenges(Array.isArray(header) ? header.join(', ') : `${header ?? ''}`);
  const bearer = offered.find(({ scheme }) => scheme === 'bearer');
  const realm = bearer?.parameters.get('realm');
  if (bearer && realm !== undefined) {
    const { parameters } = bearer;
    const [service = null, scope = null] = [parameters.get('service'), parameters.get('scope')];
    return { scheme: 'bearer', realm, service, scope };
  }
  return offered.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : null;
}

interface Offer {
  scheme: string;
  parameters: Map<string, string>;
}

/** A word that no `=` follows begins the next challenge. */
function challenges(text: string): Offer[] {
  const offers: Offer[] = [];
  const piece = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g;
  for (const [, word = '', quoted, plain] of text.matchAll(piece)) {
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) offers.push({ scheme: word.toLowerCase(), parameters: new Map() });
    else offers.at(-1)?.parameters.set(word.toLowerCase(), value);
  }
  return offers;
}
