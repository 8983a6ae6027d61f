/** The real daemon in a process of its own, its log written and thrown away. */

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
  | { kind: 'usage'; cpuMs: number; rssMb: number; peakMb: number; heapMb: number };

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

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const mb = (bytes: number) => bytes / 2 ** 20;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  void say({ kind: 'usage', cpuMs: (user + system) / 1000, rssMb: mb(rss), peakMb, heapMb: mb(heapUsed) });
});
onEnd(() => daemon.close());
