/** Why a forge did not do what was asked of it. */

import type { ForgeKind } from '../model/review-spec.ts';

/**
 * - `unreachable`: nobody answers, or the connection breaks. `tls`: its certificate is not trusted, or it speaks no TLS.
 * - `secret`: the token or the authority cannot be read, or is none. `unauthorized`: 401, the token is not taken.
 * - `forbidden`: 403, the token may not do this. `not-found`: 404, which forges also say where a token may not see a thing.
 * - `rate-limited`: it wants to be left alone until `retryAt`. `too-long`: the text is longer than it takes.
 * - `server`: 5xx, still after every retry. `refused`: any other 4xx. `protocol`: an answer that makes no sense.
 * - `closed`: the caller gave up.
 */
export type ForgeErrorCode =
  | 'unreachable'
  | 'tls'
  | 'secret'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'rate-limited'
  | 'too-long'
  | 'server'
  | 'refused'
  | 'protocol'
  | 'closed';

interface Circumstances extends ErrorOptions {
  kind: ForgeKind;
  /** Of the answer. */
  status?: number;
  /** ms since the epoch. */
  retryAt?: number;
}

/** Its message names the forge and what was asked for, and never a secret; `hint` says what to do. */
export class ForgeError extends Error {
  override readonly name = 'ForgeError';
  readonly code: ForgeErrorCode;
  readonly hint: string;
  /** Of the answer; null where there was none. */
  readonly status: number | null;
  /** When it may be asked again, ms since the epoch; null where that is not said. */
  readonly retryAt: number | null;

  constructor(code: ForgeErrorCode, message: string, circumstances: Circumstances) {
    const { kind, status = null, retryAt = null, ...options } = circumstances;
    super(message, options);
    this.code = code;
    this.status = status;
    this.retryAt = retryAt;
    this.hint = hintOf(code, kind);
  }
}

/** What the token must be allowed, as the forge names it; docs/review.md says the same. */
const RIGHTS: Record<ForgeKind, string> = {
  github: '"Pull requests" and "Commit statuses" read and write on this repository (classic tokens: `repo`)',
  gitlab: 'the scope `api` and the role Developer in this project',
  gitea: '`read:user`, `write:issue` and `write:repository`, of an account that may write to this repository',
};

const HINTS: Record<Exclude<ForgeErrorCode, 'forbidden' | 'not-found'>, string> = {
  unreachable: 'See that it runs, and that `url` in `spec.review.forge` is right; it is tried again later.',
  tls: 'See that `ca` in `spec.review.forge` names the certificate authority of this forge.',
  secret: 'Put it where `spec.review.forge` says; it is read again at each use.',
  unauthorized: 'The token is wrong, has expired or was revoked: put a new one where `token` points.',
  'rate-limited': 'It is asked again then; an account of its own has a limit of its own.',
  'too-long': 'Make it shorter than the limit of the forge.',
  server: 'The log of the forge says why; it is tried again later.',
  refused: 'Look at what the forge says above.',
  protocol:
    'See that `kind` and `url` in `spec.review.forge` are those of a forge: of GitHub, that of its API.',
  closed: 'Nothing need be done.',
};

function hintOf(code: ForgeErrorCode, kind: ForgeKind): string {
  if (code === 'forbidden') return `Give the token ${RIGHTS[kind]}.`;
  if (code === 'not-found') {
    return `See that \`url\` and \`repository\` in \`spec.review.forge\` are right, and that the token has ${RIGHTS[kind]}.`;
  }
  return HINTS[code];
}

const OF_ONE: ReadonlySet<ForgeErrorCode> = new Set(['forbidden', 'not-found', 'too-long', 'refused']);

/** Whether it concerns one pull request or commit, and need not concern the others. */
export function isOfOne(error: unknown): error is ForgeError {
  return error instanceof ForgeError && OF_ONE.has(error.code);
}
