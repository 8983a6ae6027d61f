/** One QEMU process: one boot of a machine, from power to reset, power-off or loss of power. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { QMP_FD } from './machine-arguments.ts';
import { createQmp, type QmpEvent } from './qmp.ts';

/**
 * `reset` and `off`: by the guest itself; it is paused, and the process is still to be ended. `died`: the process is
 * gone without having been told to; `why` is what it said last.
 */
export type QemuEnd = { kind: 'reset' } | { kind: 'off' } | { kind: 'died'; why: string };

export interface QemuProcess {
  pid: number | null;
  /** The power button, pressed shortly: only an operating system hears it. */
  pressButton(): void;
  /** Takes the power away; resolves when the process is gone. */
  end(): Promise<void>;
}

/** Kept of what QEMU writes to its standard error. */
const LAST_WORDS = 2_000;

/**
 * Starts QEMU; it ends with the thread that started it, whatever becomes of that. `onEnd` is called at most once, and
 * not after `end()`.
 */
export function startQemu(args: readonly string[], onEnd: (end: QemuEnd) => void): QemuProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'SIGKILL', '--', 'qemu-system-x86_64', ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const gone = goneOf(child);
  let said = '';
  let over = false;

  function finish(end: QemuEnd): void {
    if (over) return;
    over = true;
    onEnd(end);
  }

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-LAST_WORDS);
  });
  const monitor = createQmp(child.stdio[QMP_FD] as Duplex, (event) => {
    const end = endOf(event);
    if (end) finish(end);
  });
  void gone.then((how) => finish({ kind: 'died', why: said.trim() || how }));

  return {
    pid: child.pid ?? null,
    pressButton() {
      // A machine that is just going down needs no button any more.
      monitor.execute('system_powerdown').catch(() => {});
    },
    async end() {
      over = true;
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Resolves to how it ended, also when it could not be started. */
async function goneOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'close');
    return `qemu ended with ${signal ?? `status ${code}`}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function endOf({ event, data }: QmpEvent): QemuEnd | null {
  if (event !== 'SHUTDOWN' || data['guest'] !== true) return null;
  return { kind: data['reason'] === 'guest-reset' ? 'reset' : 'off' };
}
