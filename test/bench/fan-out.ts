/** From a person's request, through the journal, to the last of 200 clients that follow it live. */

import { get, type IncomingMessage } from 'node:http';
import { type BenchDaemon, startBenchDaemon } from './daemon.ts';
import { type BenchOptions, type Figure, quantile } from './figure.ts';
import { aPlace } from './place.ts';
import { fillSettled } from './store.ts';
import { waitUntil } from './wait.ts';

const CLIENTS = 200;
const NODES = 12;
const GOAL = 100;

export async function benchFanOut({ quick, progress }: BenchOptions): Promise<Figure[]> {
  const place = await aPlace(NODES, {});
  try {
    await fillSettled(place, 10_000);
    const daemon = await startBenchDaemon(place);
    try {
      await daemon.site();
      progress(`${CLIENTS} clients`);
      return await measure(daemon, quick ? 20 : 200, quick ? 100 : 1_000, progress);
    } finally {
      await daemon.end();
    }
  } finally {
    place.remove();
  }
}

async function measure(
  daemon: BenchDaemon,
  singles: number,
  burst: number,
  progress: (text: string) => void,
): Promise<Figure[]> {
  const heard = new Map<string, number>();
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, () =>
      follow(daemon.started.url, (why) => heard.set(why, (heard.get(why) ?? 0) + 1)),
    ),
  );
  const saidToAll = (why: string) => heard.get(why) === CLIENTS;
  try {
    const times: number[] = [];
    for (let n = 0; n < singles; n++) {
      if (n % 50 === 0) progress(`event ${n + 1} of ${singles}`);
      const begun = performance.now();
      await pause(daemon, `single ${n}`);
      await waitUntil('heard by all', () => saidToAll(`single ${n}`), { pause: 0 });
      times.push(performance.now() - begun);
    }
    progress(`${burst} events at once`);
    const begun = performance.now();
    const whys = Array.from({ length: burst }, (_, n) => `burst ${n}`);
    await Promise.all(whys.map((why) => pause(daemon, why)));
    await waitUntil('heard by all', () => whys.every(saidToAll), { pause: 5 });
    const rate = (burst * CLIENTS * 1_000) / (performance.now() - begun);
    const { peakMb } = await daemon.usage();
    const title = `live to ${CLIENTS} clients`;
    const note =
      'from the request to the last client that has it; the clients are one process on the same cores';
    return [
      { name: `${title}: median of ${singles}`, value: quantile(times, 0.5), unit: 'ms' },
      { name: `${title}: p95`, value: quantile(times, 0.95), unit: 'ms', goal: GOAL, note },
      { name: `${title}: ${burst} requests at once, heard`, value: Math.round(rate), unit: 'events/s' },
      { name: `${title}: peak memory of the daemon`, value: peakMb, unit: 'MB' },
    ];
  } finally {
    for (const client of clients) client.destroy();
  }
}

function pause(daemon: BenchDaemon, why: string): Promise<void> {
  return daemon.post('/api/v1/nodes/n1/pause', { why, until: null });
}

/** A client as small as can be. Resolves when it is in the stream. */
function follow(url: string, onPaused: (why: string) => void): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(`${url}/api/v1/stream`, { agent: false }, (answer) => {
      let rest = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        const parts = `${rest}${text}`.split('\n\n');
        rest = parts.pop() ?? '';
        resolve(answer);
        for (const part of parts) {
          const why = /"reason":"Paused".*"why":"([^"]+)"/.exec(part)?.[1];
          if (why !== undefined) onPaused(why);
        }
      });
      answer.on('error', () => {});
    });
    request.on('error', reject);
  });
}
