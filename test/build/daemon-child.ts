/** A daemon by itself, to be killed. Argument: its settings as JSON. */

import pino from 'pino';
import { startDaemon } from '../../src/daemon/daemon.ts';
import type { DaemonSettings } from '../../src/daemon/settings.ts';

const settings = JSON.parse(process.argv[2] ?? '') as Omit<DaemonSettings, 'env'>;
await startDaemon({ ...settings, env: process.env }, { log: pino({ level: 'silent' }) });
