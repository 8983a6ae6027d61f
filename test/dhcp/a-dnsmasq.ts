/** A real dnsmasq on a wire, and all that it said. */

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ConfigFiles } from '../../src/dhcp/config-files.ts';
import { type Dnsmasq, type DnsmasqOptions, startDnsmasq } from '../../src/dhcp/dnsmasq.ts';
import type { DhcpError } from '../../src/dhcp/error.ts';
import type { DhcpEvidence } from '../../src/dhcp/evidence.ts';
import { dnsmasqFiles } from '../../src/render/dnsmasq/files.ts';
import { aDhcpSite, type DhcpSiteChange } from '../builders/dnsmasq.ts';
import type { Wire } from './a-wire.ts';

export interface DnsmasqUnderTest extends Dnsmasq {
  seen: DhcpEvidence[];
  problems: DhcpError[];
  applied: string[];
  log: string[];
  /** Process id of the one that runs now. */
  pid(): number;
  /** Resolves when one of its log lines, from now on, has this. */
  logged(text: string): Promise<void>;
  /** Resolves when `applied` has this entry once more. */
  next(change: string): Promise<void>;
}

/** Closed when the test is over. Problems are tried again fast. */
export async function aDnsmasq(wire: Wire, change: Partial<DnsmasqOptions> = {}): Promise<DnsmasqUnderTest> {
  const seen: DhcpEvidence[] = [];
  const problems: DhcpError[] = [];
  const applied: string[] = [];
  const log: string[] = [];
  let waiters: { text: string; resolve(): void }[] = [];
  const tell = (text: string) => {
    waiters = waiters.filter((waiter) => !text.includes(waiter.text) || void waiter.resolve());
  };
  const wait = (text: string) =>
    new Promise<void>((resolve) => {
      waiters.push({ text, resolve });
    });
  const dnsmasq = await startDnsmasq({
    mode: 'managed',
    directory: wire.directory,
    program: wire.program,
    gap: 0,
    retry: 50,
    clock: Date.now,
    onEvent: (event) => void seen.push(event),
    onProblem: (error) => void problems.push(error),
    onApplied(how) {
      applied.push(how);
      tell(`applied ${how}`);
    },
    onLog(line) {
      log.push(line);
      tell(line);
    },
    ...change,
  });
  onTestFinished(() => dnsmasq.close());
  const pid = () =>
    Number(/\[(\d+)\]/.exec(log.findLast((line) => line.includes('started, version')) ?? '')?.[1]);
  return {
    ...dnsmasq,
    seen,
    problems,
    applied,
    log,
    pid,
    logged: wait,
    next: (how) => wait(`applied ${how}`),
  };
}

/** The files of a site on the wire. */
export function filesOn(wire: Wire, { dnsmasq, ...change }: DhcpSiteChange = {}): ConfigFiles {
  return dnsmasqFiles(aDhcpSite({ ...change, dnsmasq: { interfaces: [wire.interface], ...dnsmasq } }), {
    directory: wire.directory,
    tftpRoot: join(wire.directory, 'tftp'),
    bootUrl: 'http://10.77.0.1:8480',
  });
}

/** The same with one file's text changed. */
export function withText(files: ConfigFiles, name: string, edit: (text: string) => string): ConfigFiles {
  return new Map([...files, [name, edit(files.get(name) ?? '')]]);
}
