/** The real daemon in a process of its own, its log written and thrown away. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import pino from 'pino';
import { startDaemon } from '../../../src/daemon/daemon.ts';
import type { DaemonSettings } from '../../../src/daemon/settings.ts';
import { input, onEnd, tell } from './parent.ts';

export interface DaemonInput {
  settings: Omit<DaemonSettings, 'env'>;
}

/** Times are ms since this process began. */
export type DaemonMessage =
  | { kind: 'started'; at: number; url: string; bootUrl: string }
  | { kind: 'site'; at: number; commit: string; nodes: number }
  | {
      kind: 'usage';
      cpuMs: number;
      rssMb: number;
      peakMb: number /** Since the last time this was asked. */;
      stallMs: number;
    };

const { settings } = input<DaemonInput>();
const say = (message: DaemonMessage) => tell(message);
const daemon = await startDaemon(
  { ...settings, env: process.env },
  {
    log: pino({ level: 'info' }, pino.destination('/dev/null')),
    onSite: (site) =>
      say({ kind: 'site', at: performance.now(), commit: site.commit.id, nodes: site.nodes.size }),
  },
);
await say({ kind: 'started', at: performance.now(), url: daemon.url, bootUrl: daemon.bootUrl });

const turns = monitorEventLoopDelay({ resolution: 10 });
turns.enable();

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const rssMb = process.memoryUsage.rss() / 2 ** 20;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const stallMs = turns.max / 1e6;
  turns.reset();
  void say({ kind: 'usage', cpuMs: (user + system) / 1000, rssMb, peakMb, stallMs });
});
onEnd(() => daemon.close());
