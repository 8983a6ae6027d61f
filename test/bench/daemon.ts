/** A daemon of the benches' own, and what one asks it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlFile, StatusView } from '../../src/model/api.ts';
import { type Child, startChild } from './child.ts';
import type { DaemonInput, DaemonMessage } from './children/daemon.ts';
import { GIT_ENV, type Place } from './place.ts';

type Of<K extends DaemonMessage['kind']> = Extract<DaemonMessage, { kind: K }>;

export interface BenchDaemon {
  started: Of<'started'>;
  /** The next site that comes into force. */
  site(): Promise<Of<'site'>>;
  usage(): Promise<Of<'usage'>>;
  status(): Promise<StatusView>;
  get<T>(path: string): Promise<T>;
  post(path: string, body: object): Promise<void>;
  end(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts it; resolves when both planes listen. */
export async function startBenchDaemon(
  place: Place,
  change: Partial<DaemonInput['settings']> = {},
): Promise<BenchDaemon> {
  const input: DaemonInput = { settings: { ...place.settings, ...change } };
  const child = startChild<DaemonMessage>('daemon', input, { env: GIT_ENV, longest: 900_000 });
  const waiting: DaemonMessage[] = [];

  /** Of one kind; the others wait their turn. */
  async function next<K extends DaemonMessage['kind']>(kind: K): Promise<Of<K>> {
    const found = waiting.findIndex((message) => message.kind === kind);
    if (found !== -1) return waiting.splice(found, 1)[0] as Of<K>;
    for (;;) {
      const message = await child.next();
      if (message.kind === kind) return message as Of<K>;
      waiting.push(message);
    }
  }

  const started = await next('started').catch((error) => endAndThrow(child, error));
  const control = JSON.parse(
    readFileSync(join(place.settings.dataDir, 'control.json'), 'utf8'),
  ) as ControlFile;

  async function get<T>(path: string): Promise<T> {
    const answer = await fetch(started.url + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  return {
    started,
    site: () => next('site'),
    usage() {
      child.send({});
      return next('usage');
    },
    status: () => get('/api/v1/status'),
    get,
    async post(path, body) {
      const answer = await fetch(started.url + path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${control.token}`,
          'content-type': 'application/json',
          'x-barewright-actor': 'bench',
        },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    },
    end: () => child.end(),
    kill: () => child.kill(),
  };
}

async function endAndThrow(child: Child<DaemonMessage>, error: unknown): Promise<never> {
  await child.end();
  throw error;
}
