/** Whether a webhook comes from who knows the secret. Pure. */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const HOOK_KINDS = ['github', 'gitlab', 'gitea', 'bitbucket', 'generic'] as const;
export type HookKind = (typeof HOOK_KINDS)[number];

/** By lower-case name; what came twice is one text that fits nothing. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * - `unsigned`: what proves the sender is missing. `forged`: it is wrong. `stale`: it was sent too long ago, or its clock is
 *   far from ours.
 */
export type Distrust = 'unsigned' | 'forged' | 'stale';

/** `mark` is the same for the same call only, and nobody without the secret can make another one for it. */
export type Verdict = { ok: true; mark: string } | { ok: false; why: Distrust };

export interface Call {
  kind: HookKind;
  headers: Headers;
  body: Uint8Array;
}

/** Standard Webhooks' tolerance, and that of `generic`: ms to either side. */
const TOLERANCE = 300_000;
/** How GitLab's signing tokens begin; what follows is the key in base64. */
const SIGNING_TOKEN = 'whsec_';

/** What a call must carry; without it, its body need not be read. */
export function lacksProof({ kind, headers }: Pick<Call, 'kind' | 'headers'>, secret: string): boolean {
  return proofOf(kind, headers, secret) === null;
}

/**
 * HMAC-SHA256 over the raw body:
 * - GitHub: `X-Hub-Signature-256: sha256=HEX` (docs, "Validating webhook deliveries"). Bitbucket: `X-Hub-Signature`, likewise.
 * - Gitea and Forgejo: `X-Gitea-Signature`, `X-Forgejo-Signature`: HEX.
 * - GitLab, with a signing token (`whsec_…`): `webhook-signature: v1,BASE64` over `webhook-id.webhook-timestamp.body` (Standard
 *   Webhooks). Without one, the secret itself in `X-Gitlab-Token`: it proves the sender, not the body, and can be repeated
 *   by whoever overhears it.
 * - generic: `X-Barewright-Signature: sha256=HEX` over `X-Barewright-Timestamp`, a full stop, and the body.
 */
export function judgeCall({ kind, headers, body }: Call, secret: string, now: number): Verdict {
  const proof = proofOf(kind, headers, secret);
  if (proof === null) return { ok: false, why: 'unsigned' };
  const expected = expectedOf(kind, headers, body, secret);
  const fits = proof.some((one) => isSame(one, expected));
  if (!fits) return { ok: false, why: 'forged' };
  const sent = timeOf(kind, headers, secret);
  if (sent !== null && !(Math.abs(now - sent) <= TOLERANCE)) return { ok: false, why: 'stale' };
  return { ok: true, mark: isPlain(kind, secret) ? plainMark(headers, body) : `${kind} ${expected}` };
}

/** What the call says proves it; several where a secret is being replaced. */
function proofOf(kind: HookKind, headers: Headers, secret: string): string[] | null {
  const text = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const one = (value: string | null) => (value === null ? null : [value]);
  switch (kind) {
    case 'github':
      return one(text('x-hub-signature-256'));
    case 'bitbucket':
      return one(text('x-hub-signature'));
    case 'gitea':
      return one(text('x-forgejo-signature') ?? text('x-gitea-signature'));
    case 'generic':
      return text('x-barewright-timestamp') === null ? null : one(text('x-barewright-signature'));
    case 'gitlab':
      if (isPlain(kind, secret)) return one(text('x-gitlab-token'));
      if (text('webhook-id') === null || text('webhook-timestamp') === null) return null;
      return text('webhook-signature')?.split(' ') ?? null;
  }
}

function expectedOf(kind: HookKind, headers: Headers, body: Uint8Array, secret: string): string {
  const hex = (...parts: (string | Uint8Array)[]) => hmac(secret, parts).toString('hex');
  switch (kind) {
    case 'github':
    case 'bitbucket':
      return `sha256=${hex(body)}`;
    case 'gitea':
      return hex(body);
    case 'generic':
      return `sha256=${hex(`${headers['x-barewright-timestamp']}.`, body)}`;
    case 'gitlab': {
      if (isPlain(kind, secret)) return secret;
      const key = Buffer.from(secret.slice(SIGNING_TOKEN.length), 'base64');
      const signed = [`${headers['webhook-id']}.${headers['webhook-timestamp']}.`, body];
      return `v1,${hmac(key, signed).toString('base64')}`;
    }
  }
}

/** ms; null where a kind does not say. */
function timeOf(kind: HookKind, headers: Headers, secret: string): number | null {
  if (kind === 'generic') return Number(headers['x-barewright-timestamp']) * 1000;
  return kind === 'gitlab' && !isPlain(kind, secret) ? Number(headers['webhook-timestamp']) * 1000 : null;
}

function isPlain(kind: HookKind, secret: string): boolean {
  return kind === 'gitlab' && !secret.startsWith(SIGNING_TOKEN);
}

/** A plain token is the same for all calls: what tells them apart is said, and not proved. */
function plainMark(headers: Headers, body: Uint8Array): string {
  const delivery = headers['idempotency-key'] ?? headers['x-gitlab-event-uuid'] ?? '';
  return `gitlab ${delivery} ${createHash('sha256').update(body).digest('hex')}`;
}

function hmac(key: string | Uint8Array, parts: readonly (string | Uint8Array)[]): Buffer {
  const sum = createHmac('sha256', key);
  for (const part of parts) sum.update(part);
  return sum.digest();
}

/** Takes the same time wherever they differ, and however long they are. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
