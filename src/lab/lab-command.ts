/** `barewright lab up`: a simulated rack by itself, until it is told to end. */

import { readFaultOption } from './fault-option.ts';
import type { Fault } from './faults.ts';
import { inventoryFor, LAB_PASSWORD_ENV } from './inventory.ts';
import { startRack } from './rack.ts';
import { LAB_BMC_PORT, labMachines, labSpecs } from './specs.ts';
import { createTotals, happeningLine, stateLine } from './tally.ts';
import { writeInventory } from './write-inventory.ts';

export interface LabOptions {
  nodes: number;
  /** Lab seconds in a second; default 60. */
  speed?: number;
  /** Default 1. */
  seed?: number | string;
  /** Each as `readFaultOption` takes them. */
  faults?: readonly string[];
  bootUrl?: string;
  /** Directory to write the matching inventory to; files of the same names are replaced. */
  inventory?: string;
  disks?: 'blank' | 'installed';
  /** Of every BMC; default 6230. */
  port?: number;
  credentials?: { username: string; password: string };
}

export interface LabOutput {
  stdout: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  /** Ends the lab. */
  signal: AbortSignal;
}

export const DEFAULT_CREDENTIALS = { username: 'admin', password: 'lab-only' };
const DEFAULT_BOOT_URL = 'http://127.0.0.1:8080';
/** More machines than this are told of in sums only. */
const MOST_TOLD = 40;
const LIVE_MS = 500;
const SUMMARY_MS = 10_000;

/** Resolves when the signal has come and everything is closed. Rejects with RackError or RangeError, saying what to change. */
export async function runLab(options: LabOptions, { stdout, signal }: LabOutput): Promise<void> {
  const {
    nodes,
    speed = 60,
    seed = 1,
    disks = 'blank',
    port = LAB_BMC_PORT,
    bootUrl = DEFAULT_BOOT_URL,
  } = options;
  const credentials = options.credentials ?? DEFAULT_CREDENTIALS;
  const live = stdout.isTTY === true;
  const tells = !live && nodes <= MOST_TOLD;
  const say = (line: string) => stdout.write(`${line}\n`);
  const faults = faultsByMachine(options.faults ?? [], nodes);
  if (options.inventory !== undefined) {
    await writeInventory(options.inventory, inventoryFor(nodes, { username: credentials.username, port }));
    say(`Inventory of ${nodes} nodes written to ${options.inventory}`);
  }
  if (signal.aborted) return;

  const totals = createTotals();
  const machines = labSpecs(nodes, { disks, port });
  const rack = await startRack({
    machines,
    bootUrl,
    speed,
    seed,
    credentials,
    faults,
    onHappening({ name }, entry) {
      totals.note(entry);
      if (tells) say(happeningLine(name, entry));
    },
  });
  try {
    const last = machines.at(-1)?.bmc.host;
    say(`${nodes} BMCs on ${machines[0]?.bmc.host} to ${last}, UDP port ${port}, cipher suites 3 and 17`);
    say(`User ${credentials.username}; its password is expected in $${LAB_PASSWORD_ENV} by the inventory`);
    if (!options.credentials) say(`Password: ${credentials.password}`);
    say(`Machines boot from ${bootUrl}, ${speed} times as fast as real ones. Ctrl-C ends the lab.`);
    const summary = () => [stateLine(rack.machines.values()), totals.line()];
    await (live ? showLive(stdout, summary, signal) : tellSums(say, summary, signal));
  } finally {
    await rack.close();
    say('Lab ended.');
  }
}

function faultsByMachine(texts: readonly string[], nodes: number): Map<string, Fault[]> {
  const byName = new Map<string, Fault[]>(labMachines(nodes).map(({ name }) => [name, []]));
  for (const { machine, fault } of texts.map(readFaultOption)) {
    const lists = machine === 'all' ? [...byName.values()] : [byName.get(machine)];
    for (const list of lists) {
      if (!list) throw new RangeError(`no machine "${machine}": there are n1 to n${nodes}`);
      list.push(fault);
    }
  }
  return byName;
}

/** Redraws the summary in place. */
function showLive(stdout: LabOutput['stdout'], summary: () => string[], signal: AbortSignal): Promise<void> {
  let drawn = 0;
  return untilEnded(LIVE_MS, signal, () => {
    const width = stdout.columns ?? 80;
    const lines = summary().map((line) => line.slice(0, width - 1));
    const up = drawn > 0 ? `\u001b[${drawn}A` : '';
    stdout.write(`${up}${lines.map((line) => `\r\u001b[2K${line}\n`).join('')}`);
    drawn = lines.length;
  });
}

/** A line now and then, when it says something new. */
function tellSums(say: (line: string) => void, summary: () => string[], signal: AbortSignal): Promise<void> {
  let told = '';
  return untilEnded(SUMMARY_MS, signal, () => {
    const line = summary().join('; ');
    if (line !== told) say(line);
    told = line;
  });
}

/** Calls `work` now, every `ms`, and once more at the end. */
function untilEnded(ms: number, signal: AbortSignal, work: () => void): Promise<void> {
  return new Promise((resolve) => {
    work();
    const timer = setInterval(work, ms);
    const end = () => {
      clearInterval(timer);
      work();
      resolve();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
