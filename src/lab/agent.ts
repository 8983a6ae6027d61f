/** The installed system: tells what it carries when it boots and from then on, and brings its stacks up to date. */

import type { StackReport } from '../model/event.ts';
import { type Disk, type Hardware, isGood } from './hardware.ts';

interface Wanted {
  configDigest: string;
  stacks: string[];
}

/** Runs for as long as the machine has power and a disk: resolves never, rejects with `PowerLost`. */
export async function runAgent(hardware: Hardware, disk: Disk): Promise<never> {
  const { run, times } = hardware;
  const bootId = hardware.random.hex(8);
  let boot = true;
  let failures = 0;
  for (;;) {
    const answer = await hardware.request({
      method: 'POST',
      url: disk.reportUrl ?? `${hardware.bootUrl}/report`,
      body: report(hardware, disk, boot, bootId),
      key: disk.reportKey,
    });
    if (!isGood(answer)) {
      await run.sleep(
        Math.min(times.retry * 2 ** failures++, times.report) * hardware.random.between(0.75, 1.25),
      );
      continue;
    }
    boot = false;
    failures = 0;
    const wanted = readWanted(answer.text, disk);
    if (wanted && wanted.configDigest !== disk.configDigest) {
      await run.sleep(times.applyStacks);
      disk.configDigest = wanted.configDigest;
      disk.stacks = wanted.stacks;
      continue;
    }
    await run.sleep(times.report * hardware.random.between(0.95, 1.05));
  }
}

function report(hardware: Hardware, disk: Disk, boot: boolean, bootId: string) {
  const stacks: StackReport[] = disk.stacks.map((name) => ({ name, state: 'ok' }));
  const facts: Record<string, string> = {
    'dmi.sys_vendor': 'barewright',
    'dmi.product_name': 'simulated machine',
    kernel: '6.12.0-lab-amd64',
    machineId: disk.machineId,
    bootId,
    firmware: hardware.firmware,
  };
  return { mac: hardware.mac, boot, record: disk.record, configDigest: disk.configDigest, stacks, facts };
}

/** What the answer to a report asks for; null for an answer that asks for nothing or cannot be read. */
function readWanted(text: string, disk: Disk): Wanted | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof answer !== 'object' || answer === null) return null;
  const { configDigest, stacks } = answer as { configDigest?: unknown; stacks?: unknown };
  if (typeof configDigest !== 'string') return null;
  const named = Array.isArray(stacks) ? stacks.filter((name) => typeof name === 'string') : disk.stacks;
  return { configDigest, stacks: named };
}
