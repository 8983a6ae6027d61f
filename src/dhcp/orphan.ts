/** A dnsmasq that outlived its daemon. DHCP went on meanwhile; now it would keep the port from its successor. */

import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const ROUNDS = 50;
const ROUND = 100;

/** Ends the process of the pid file when it still runs with this very argument; resolves when it is gone. */
export async function endOrphan(pidFile: string, argument: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 1) return;
  for (let round = 0; round < ROUNDS && (await runsWith(pid, argument)); round++) {
    // Told once, then killed: it may hang.
    if (round === 0 || round === ROUNDS / 2) signal(pid, round === 0 ? 'SIGTERM' : 'SIGKILL');
    await pause(ROUND);
  }
}

async function runsWith(pid: number, argument: string): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return line.split('\0').includes(argument);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It went by itself.
  }
}
