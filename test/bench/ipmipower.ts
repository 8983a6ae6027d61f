/** The peer: FreeIPMI's ipmipower over the same BMCs, with what it costs. */

import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { childrenTimes } from './timed.ts';

export interface PeerRun {
  wallMs: number;
  cpuMs: number;
  peakMb: number;
  /** BMCs that answered with a power state. */
  read: number;
}

/** Descriptors that ipmipower opens for each host. */
const DESCRIPTORS = 2;
/** What it does best with here: 64 and 256 take longer. */
const FANOUT = 512;
const LONGEST_MS = 180_000;

/** As many hosts as one ipmipower may ask under this shell's limit of descriptors. */
export async function mostHosts(): Promise<number> {
  const { stdout } = await execa('sh', ['-c', 'ulimit -n']);
  return stdout === 'unlimited' ? Number.POSITIVE_INFINITY : Math.floor((Number(stdout) - 200) / DESCRIPTORS);
}

/** Hosts as ipmipower takes them, `127.77.0.[1-250]:623`: one by one they would not fit a command line. */
export function hostRanges(addresses: readonly string[], port: number): string {
  const networks = Map.groupBy(addresses, (address) => address.slice(0, address.lastIndexOf('.')));
  return [...networks].map(([network, hosts]) => `${network}.[1-${hosts.length}]:${port}`).join(',');
}

/** One `ipmipower --stat` over the hosts. A host that does not answer makes it fail: the run counts all the same. */
export async function runIpmipower(
  hosts: string,
  credentials: { username: string; password: string },
): Promise<PeerRun> {
  const user = ['-u', credentials.username, '-p', credentials.password];
  const protocol = ['-D', 'LAN_2_0', '-I', '17', '-F', String(FANOUT)];
  const start = performance.now();
  // "times" of bash answers what its children took, to the millisecond; their ids come first.
  const script = '"$@" & echo "$!" >&2; wait "$!"; status=$?; times >&2; exit "$status"';
  const shell = execa(
    'bash',
    ['-c', script, 'bash', 'ipmipower', '-h', hosts, ...user, ...protocol, '--stat'],
    { timeout: LONGEST_MS, maxBuffer: 64 << 20, reject: false },
  );
  let pid: string | undefined;
  let peakKb = 0;
  shell.stderr?.once('data', (text) => {
    pid = /^\d+/.exec(String(text))?.[0];
  });
  const watch = setInterval(() => {
    if (pid) peakKb = Math.max(peakKb, peakOf(pid));
  }, 20);
  try {
    const { stdout, stderr } = await shell;
    const wallMs = performance.now() - start;
    const read = stdout.split('\n').filter((line) => /: (on|off)$/.test(line)).length;
    return { wallMs, cpuMs: childrenTimes(stderr), peakMb: peakKb / 1024, read };
  } finally {
    clearInterval(watch);
  }
}

/** VmHWM, which the kernel keeps: looking at it late misses nothing but the last milliseconds. */
function peakOf(pid: string): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
