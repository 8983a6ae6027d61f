/** The store's keys in its database. docs/store.md describes them for people: a change here is a new version of the schema. */

export const SCHEMA = 1;

/** A hash: `schema`, `store` (a random name), `epoch` (of the writer), `batch` (the last one), `last` (number of the last event). */
export const META = 'barewright:journal';
/** A stream. The id of an entry is `<number of the event>-0`. */
export const EVENTS = 'barewright:events';
/** A stream of the power commands among them, with the same ids. */
export const COMMANDS = 'barewright:commands';
/** A hash from node to its folded state, as JSON. */
export const STATES = 'barewright:states';
/** A hash from the name of a fact to its value, as JSON. */
export const FACTS = 'barewright:facts';
/** A string that lapses: who writes. */
export const LOCK = 'barewright:writer';

export const ALL_KEYS = [META, EVENTS, COMMANDS, STATES, FACTS, LOCK] as const;
