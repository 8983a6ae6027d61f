/** One channel at work: one message at a time, growing pauses while it does not take them, and its state for people. */

import { type Channel, ChannelError } from '../../channels/channel.ts';
import { kindOf, openChannel } from '../../channels/open-channel.ts';
import { spreadPause } from '../../model/backoff.ts';
import type { NewEvent } from '../../model/event.ts';
import type { ChannelView } from '../../model/notifications.ts';
import type { ChannelSpec } from '../../model/notifications-spec.ts';
import type { Message } from '../../notify/message.ts';

export interface Lane {
  /** Whether it may be told something now. */
  isFree(now: number): boolean;
  /** When it is tried again; null where it is free, or busy. */
  retryAt(): number | null;
  /** Whether it was taken. What goes wrong is said once in the journal, and in the view. */
  tell(message: Message): Promise<boolean>;
  /** What the other side answered, or why it did not take it; the lane's own state stays as it is. */
  test(message: Message): Promise<{ ok: boolean; answer: string }>;
  /** Tells it what is open again, where it would forget. */
  refresh(open: readonly Message[]): Promise<void>;
  view(): ChannelView;
  close(): Promise<void>;
}

export interface LanePorts {
  channel: Parameters<typeof openChannel>[1];
  append(event: NewEvent): Promise<void>;
  clock(): number;
  /** Before the second try, ms; doubled for each further one, up to a quarter of an hour. */
  firstPause: number;
  onError(error: unknown): void;
}

const LONGEST_PAUSE = 900_000;

export function createLane(name: string, spec: ChannelSpec, ports: LanePorts): Lane {
  const { clock } = ports;
  const channel: Channel = openChannel(spec, ports.channel);
  const kind = kindOf(spec);
  let failures = 0;
  let nextAt: number | null = null;
  let busy = false;
  let view: Pick<ChannelView, 'state' | 'message' | 'since' | 'toldAt'> = {
    ...{ state: 'untried', message: 'nothing was to be told yet', since: clock(), toldAt: null },
  };

  async function guarded(work: () => Promise<unknown>): Promise<boolean> {
    busy = true;
    try {
      await work();
      await worked();
      return true;
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      await failed(error);
      return false;
    } finally {
      busy = false;
    }
  }

  async function worked(): Promise<void> {
    const { state, since } = view;
    failures = 0;
    nextAt = null;
    const wasWrong = state === 'problem';
    view = {
      state: 'ok',
      message: 'it takes messages',
      since: state === 'ok' ? since : clock(),
      toldAt: clock(),
    };
    if (!wasWrong) return;
    const data = { channel: name, since };
    await ports.append(event('NotificationRecovered', `the channel ${name} takes messages again`, data));
  }

  async function failed({ code, message, pause }: ChannelError): Promise<void> {
    failures += 1;
    const growing = Math.min(spreadPause(failures, ports.firstPause, Math.random()), LONGEST_PAUSE);
    nextAt = clock() + Math.min(Math.max(growing, pause ?? 0), LONGEST_PAUSE);
    const isNews = view.state !== 'problem';
    view = { ...view, state: 'problem', message, since: isNews ? clock() : view.since };
    if (!isNews) return;
    const sentence = `the channel ${name} (${kind}) takes no messages: ${message}; they wait, and it is tried again`;
    await ports.append(event('NotificationProblem', sentence, { channel: name, kind, code }));
  }

  return {
    isFree: (now) => !busy && (nextAt === null || nextAt <= now),
    retryAt: () => (busy ? null : nextAt),
    tell: (message) => guarded(() => channel.tell(message)),
    async test(message) {
      try {
        return { ok: true, answer: await channel.tell(message) };
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error;
        return { ok: false, answer: error.message };
      }
    },
    async refresh(open) {
      if (channel.refresh && open.length > 0) await guarded(async () => channel.refresh?.(open));
    },
    view: () => ({ name, kind, ...view, retryAt: nextAt }),
    close: channel.close,
  };
}

function event<R extends 'NotificationProblem' | 'NotificationRecovered'>(
  reason: R,
  message: string,
  data: Extract<NewEvent, { reason: R }>['data'],
): NewEvent {
  return { node: null, commit: null, actor: 'daemon', reason, message, data } as NewEvent;
}
