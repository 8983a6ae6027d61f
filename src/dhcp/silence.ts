/** Asks dnsmasq now and then by TFTP or DNS: it is one thread, so that what does not answer there gives no leases either. */

import { networkInterfaces } from 'node:os';
import { askDns } from './dns-probe.ts';
import { DhcpError } from './error.ts';
import { PROBE_FILE } from './loaders.ts';
import { askTftp } from './tftp-probe.ts';

export interface SilencePorts {
  /** Whether it answered; null when it could not be asked. */
  ask(): Promise<boolean | null>;
  /** ms between two questions. */
  interval: number;
  /** Whether it is to be asked now. */
  isDue(): boolean;
  onSilence(error: DhcpError): void;
}

export const SILENCE_INTERVAL = 20_000;
const PATIENCE = 5_000;
/** A reload of very many hosts keeps it from answering for half a minute. */
const MISSES = 3;

export type Probe = 'tftp' | 'dns';

/** At the first of the interfaces that has an IPv4 address; null where there is none, or no way to ask. */
export async function askAt(interfaces: readonly string[], probe: Probe | null): Promise<boolean | null> {
  const all = networkInterfaces();
  const found = interfaces
    .flatMap((name) => all[name] ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!found || probe === null) return null;
  return probe === 'tftp'
    ? askTftp(found.address, 69, PROBE_FILE, PATIENCE)
    : askDns(found.address, 53, PATIENCE);
}

export function watchSilence({ ask, interval, isDue, onSilence }: SilencePorts): { close(): Promise<void> } {
  let misses = 0;
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = null;
    });
  }, interval);
  timer.unref();

  async function look(): Promise<void> {
    if (!isDue()) return;
    const answered = await ask();
    misses = answered === false && isDue() ? misses + 1 : 0;
    if (misses < MISSES) return;
    misses = 0;
    onSilence(
      new DhcpError('silent', `dnsmasq ran, but did not answer ${MISSES} times in a row, and was ended`),
    );
  }

  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
