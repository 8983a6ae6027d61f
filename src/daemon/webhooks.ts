/** The listener for webhooks, wired: it follows the site in force, and each good call wakes a look at the repository. */

import type { WebhooksView } from '../model/api.ts';
import type { Site } from '../model/desired.ts';
import type { NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import { createQuiet } from '../observe/quiet.ts';
import { type HookListener, type HookRefusal, startHookListener } from '../serve/hooks/listener.ts';
import type { HookKind } from '../serve/hooks/signatures.ts';
import { repeat, throttle } from './loops.ts';
import type { Secrets } from './secrets.ts';

export interface Webhooks {
  /** Has it follow the site; what goes wrong is a condition of the site's, never the caller's. */
  use(): void;
  view(): WebhooksView;
  close(): Promise<void>;
}

interface Ports {
  journal: Pick<Journal, 'append'>;
  secrets: Pick<Secrets, 'read'>;
  site(): Site | null;
  /** Looks at the repository, and at what else forges may have news of. */
  wake(): void;
  clock(): number;
  onError(error: unknown): void;
  /** A port that was taken, and the secret, are tried again after it, ms. Default 10 s. */
  retry?: number;
}

type Declared = NonNullable<NonNullable<Site['review']>['webhooks']>;

const RETRY = 10_000;
/** Between two looks, however many calls come, ms. */
const WAKE_PAUSE = 1_000;
/** Anybody may knock at the wrong door; that is not worth a line in the journal. */
const NOT_SAID: ReadonlySet<HookRefusal> = new Set(['misplaced', 'method']);

const WORDS: Partial<Record<HookRefusal, string>> = {
  unsigned: 'without a signature',
  forged: 'with a wrong signature',
  stale: 'that was sent long ago',
  repeated: 'that was here before',
  oversized: 'with more than 1 MiB',
  slow: 'that did not come to an end',
  secret: 'while the secret cannot be read',
};

export function createWebhooks({ journal, secrets, site, clock, onError, ...ports }: Ports): Webhooks {
  const worthSaying = createQuiet(clock, 20);
  /** By cause, since it was said last. */
  const unsaid = new Map<HookRefusal, number>();
  const wake = throttle(ports.wake, WAKE_PAUSE);
  const count = { heard: 0, refused: 0 };
  let running: { place: string; listener: HookListener } | null = null;
  let said = '';
  let state: Omit<WebhooksView, keyof typeof count> = {
    state: 'off',
    message: 'no webhooks are declared',
    since: clock(),
  };
  let lane: Promise<void> = Promise.resolve();
  let closed = false;
  const loop = repeat(
    () => look(),
    () => ports.retry ?? RETRY,
    onError,
  );

  function look(): Promise<void> {
    lane = lane.then(follow).catch(onError);
    return lane;
  }

  async function follow(): Promise<void> {
    if (closed) return;
    const declared = site()?.review?.webhooks ?? null;
    const place = declared && placeOf(declared);
    if (running && running.place !== place) await stop();
    if (!declared || place === null) return move('off', 'no webhooks are declared');
    try {
      await secrets.read(declared.secret);
    } catch (error) {
      // It listens all the same: the secret is read again at each call.
      await problem('secret', place, `the secret of the webhooks cannot be read: ${wordsOf(error)}`);
      if (!running) await listen(declared, place);
      return;
    }
    if (running || (await listen(declared, place))) await served(place);
  }

  async function listen({ host, port }: Declared, place: string): Promise<boolean> {
    try {
      const listener = await startHookListener(
        { host, port },
        { secret: readSecret, onCall: taken, onRefused: refused, clock },
      );
      running = { place, listener };
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === 'EADDRINUSE' ? 'another program has that port' : wordsOf(error);
      await problem('listen', place, `webhooks cannot be taken at ${place}: ${why}`);
      return false;
    }
  }

  /** Of the site that is in force at the call. */
  async function readSecret(): Promise<string> {
    const declared = site()?.review?.webhooks;
    if (!declared) throw new Error('no webhooks are declared');
    return secrets.read(declared.secret);
  }

  function taken(): void {
    count.heard += 1;
    wake.call();
  }

  function refused(cause: HookRefusal, kind: HookKind | null, address: string): void {
    count.refused += 1;
    if (NOT_SAID.has(cause)) return;
    const calls = (unsaid.get(cause) ?? 0) + 1;
    unsaid.set(cause, calls);
    if (!worthSaying(cause)) return;
    unsaid.delete(cause);
    const what = calls === 1 ? 'a webhook was refused' : `${calls} webhooks were refused, the last one`;
    const message = `${what} at /hooks/${kind}: one ${WORDS[cause]} (from ${address})`;
    append({ reason: 'WebhookRefused', message, data: { cause, kind, address, count: calls } }).catch(
      onError,
    );
  }

  async function served(listen: string): Promise<void> {
    if (state.state === 'ok') return;
    said = '';
    move('ok', `webhooks are taken at ${listen}`);
    await append({ reason: 'WebhooksServed', message: state.message, data: { listen } });
  }

  async function problem(code: 'listen' | 'secret', listen: string, message: string): Promise<void> {
    move('problem', message);
    if (said === message) return;
    said = message;
    await append({ reason: 'WebhookProblem', message, data: { listen, code } });
  }

  async function stop(): Promise<void> {
    const old = running;
    running = null;
    await old?.listener.close();
    move('starting', 'webhooks are about to be taken');
  }

  function move(next: WebhooksView['state'], message: string): void {
    if (state.state !== next || state.message !== message) state = { state: next, message, since: clock() };
  }

  async function append(event: Pick<NewEvent, 'reason' | 'message' | 'data'>): Promise<void> {
    const commit = site()?.commit.id ?? null;
    await journal.append([{ node: null, commit, actor: 'daemon', ...event } as NewEvent]);
  }

  return {
    use: () => void look(),
    view: () => ({ ...state, ...count }),
    async close() {
      closed = true;
      wake.close();
      await loop.close();
      await lane;
      await running?.listener.close();
    },
  };
}

function placeOf({ host, port }: Declared): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
