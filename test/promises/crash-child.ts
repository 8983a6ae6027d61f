/** A daemon that ends itself by SIGKILL around its n-th write to the journal. Arguments: settings as JSON. */

import pino from 'pino';
import { startDaemon } from '../../src/daemon/daemon.ts';
import type { DaemonSettings } from '../../src/daemon/settings.ts';
import { openSqliteJournal } from '../../src/journal/sqlite.ts';
import type { Journal } from '../../src/model/journal.ts';

export interface CrashPlan {
  settings: Omit<DaemonSettings, 'env'>;
  /** Counted from the first write that belongs to an install; 0: never. */
  killAt: number;
  /** `before`: the write is lost. `after`: it is durable, and nothing later has happened. */
  when: 'before' | 'after';
}

const plan = JSON.parse(process.argv[2] ?? '') as CrashPlan;

function mortal(journal: Journal): Journal {
  let writes = 0;
  const die = () => process.kill(process.pid, 'SIGKILL');
  return {
    ...journal,
    async append(events, facts) {
      if (writes > 0 || events.some(({ reason }) => reason === 'InstallWanted')) writes += 1;
      const fatal = plan.killAt > 0 && writes === plan.killAt;
      if (fatal && plan.when === 'before') die();
      const placed = await journal.append(events, facts);
      if (fatal) die();
      return placed;
    },
  };
}

await startDaemon(
  { ...plan.settings, env: process.env },
  {
    log: pino({ level: 'silent' }),
    openJournal: async (file) => mortal(await openSqliteJournal({ file, clock: Date.now })),
  },
);
