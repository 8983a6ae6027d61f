import type { DaemonSettings } from '../../src/daemon/settings.ts';

/** What every daemon of the tests is told: it listens on free ports of loopback, and everything is simulated. */
export const QUIET_DAEMON = {
  branch: 'main',
  bootListen: { host: '127.0.0.1', port: 0 },
  bootUrl: null,
  controlListen: { host: '127.0.0.1', port: 0 },
  pollInterval: 60_000,
  auth: {},
  bindAddresses: true,
  simulated: true,
  logPort: null,
  keepEventsDays: 0,
  workers: 32,
  timing: { poll: 20, settle: 300, retryDelay: 50 },
} satisfies Partial<DaemonSettings>;
