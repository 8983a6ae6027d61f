/** Where forges say that something was pushed: `POST /hooks/KIND`, and nothing else. What they say is not read, only who says it. */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Distrust, HOOK_KINDS, type HookKind, judgeCall, lacksProof } from './signatures.ts';

export type HookRefusal = Distrust | 'repeated' | 'oversized' | 'slow' | 'misplaced' | 'method' | 'secret';

export interface HookPorts {
  /** What forges know, read at each call. A rejection is answered with 503. */
  secret(): Promise<string>;
  /** Called for every call that is good and new. */
  onCall(kind: HookKind): void;
  /** `kind` is null where the path names none. */
  onRefused(cause: HookRefusal, kind: HookKind | null, address: string): void;
  clock(): number;
  /** For a whole request, ms. Default 10 s. */
  patience?: number;
}

export interface HookListener {
  port: number;
  close(): Promise<void>;
}

/** Bytes. GitHub sends up to 25 MB, but not of a push to a site (docs, "Webhook events and payloads", payload cap). */
const MOST_BODY = 1024 * 1024;
const MOST_CONNECTIONS = 64;
/** Calls that are remembered, so that nobody sends one again. After a restart none is: all it could do is wake once. */
const MOST_MARKS = 10_000;

const ANSWERS: Record<HookRefusal, [status: number, message: string]> = {
  unsigned: [401, 'the signature is missing'],
  forged: [401, 'the signature is wrong'],
  stale: [401, 'this was sent more than five minutes ago, or one of the clocks is wrong'],
  // Not a good answer for a forge that sends again what it knows to have arrived; but none does, and a replay shows itself.
  repeated: [409, 'this was here before'],
  oversized: [413, 'the body is over 1 MiB'],
  slow: [408, 'the body did not come in time'],
  misplaced: [404, `only POST /hooks/{${HOOK_KINDS.join(',')}} is served here`],
  method: [405, 'use POST'],
  secret: [503, 'the secret of this listener cannot be read; see the log of the daemon'],
};

/** Rejects with what the system says where it cannot listen. */
export async function startHookListener(
  { host, port }: { host: string; port: number },
  { patience = 10_000, ...ports }: HookPorts,
): Promise<HookListener> {
  const marks = new Set<string>();
  const limits = {
    ...{ headersTimeout: patience, requestTimeout: 0, connectionsCheckingInterval: 5_000 },
    ...{ maxHeaderSize: 16_384, keepAliveTimeout: 1_000 },
  };
  const server = createServer(limits, (request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const kind = kindOf(request);
    const cause = await judge(kind, request).catch((): HookRefusal => 'slow');
    if (cause === null && kind !== null) {
      answer(response, 202, { ok: true });
      return ports.onCall(kind);
    }
    refuse(cause ?? 'misplaced', request, response);
    ports.onRefused(cause ?? 'misplaced', kind, request.socket.remoteAddress ?? '');
  }

  /** What is still on its way is let in, and forgotten, for a while: cut off at once, few senders would read the answer. */
  function refuse(cause: HookRefusal, request: IncomingMessage, response: ServerResponse): void {
    const [status, message] = ANSWERS[cause];
    if (cause === 'method') response.setHeader('allow', 'POST');
    if (cause === 'slow') response.setHeader('connection', 'close');
    answer(response, status, { error: { code: cause, message } });
    if (request.complete) return;
    request.resume();
    const cutOff = setTimeout(() => request.socket.destroy(), cause === 'slow' ? 0 : patience);
    request.once('close', () => clearTimeout(cutOff));
  }

  /** Null for a call that is good and new. */
  async function judge(kind: HookKind | null, request: IncomingMessage): Promise<HookRefusal | null> {
    if (kind === null) return 'misplaced';
    if (request.method !== 'POST') return 'method';
    const secret = await ports.secret().catch(() => null);
    if (secret === null) return 'secret';
    const { headers } = request;
    if (lacksProof({ kind, headers }, secret)) return 'unsigned';
    const body = await bodyOf(request, patience);
    if (body === null) return 'oversized';
    const verdict = judgeCall({ kind, headers, body }, secret, ports.clock());
    if (!verdict.ok) return verdict.why;
    if (marks.has(verdict.mark)) return 'repeated';
    remember(verdict.mark);
    return null;
  }

  function remember(mark: string): void {
    marks.add(mark);
    const [oldest = ''] = marks;
    if (marks.size > MOST_MARKS) marks.delete(oldest);
  }

  server.listen(port, host);
  await once(server, 'listening');
  server.on('error', () => {});
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function kindOf({ url = '' }: IncomingMessage): HookKind | null {
  const [, name] = /^\/hooks\/([a-z]+)\/?(?:\?.*)?$/.exec(url) ?? [];
  return HOOK_KINDS.find((kind) => kind === name) ?? null;
}

/** Null where it is too large. Rejects where it does not come in time, or breaks off. */
async function bodyOf(request: IncomingMessage, patience: number): Promise<Uint8Array | null> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY) return null;
  const signal = AbortSignal.timeout(patience);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | null>();
  const onTime = () => reject(signal.reason);
  signal.addEventListener('abort', onTime, { once: true });
  request.on('data', (chunk: Uint8Array) => {
    length += chunk.byteLength;
    if (length > MOST_BODY) resolve(null);
    else chunks.push(chunk);
  });
  request.once('end', () => resolve(Buffer.concat(chunks)));
  request.once('error', reject);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onTime);
    request.removeAllListeners('data').pause();
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  const fixed = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  response.writeHead(status, fixed).end(JSON.stringify(body));
}
