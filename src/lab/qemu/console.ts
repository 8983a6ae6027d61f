/** `barewright lab console`: a terminal on the serial port of a virtual machine, through its boots. */

import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import type { ReadStream } from 'node:tty';
import { RackError } from '../rack.ts';
import { type RackRecord, readRecords } from './rack-record.ts';

export interface ConsoleTerminal {
  output: { write(text: Uint8Array | string): unknown };
  /** Null shows, and takes nothing. */
  keyboard: ReadStream | null;
  signal: AbortSignal;
}

type Place = RackRecord['machines'][string];

/** Ctrl-]: what telnet ends with. */
const ESCAPE = 0x1d;
const LOOK_AGAIN_MS = 200;
/** Of what it said before. */
const TAIL = 4_000;

/** Rejects with RackError: no rack, several, or none with that machine. */
export async function findConsole(name: string, namespace?: string): Promise<Place> {
  const records = (await readRecords()).filter(
    (record) => namespace === undefined || record.namespace === namespace,
  );
  const places = records.flatMap(({ machines }) => machines[name] ?? []);
  const [place] = places;
  if (!place) throw new RackError(`no virtual rack with a machine "${name}" is up`);
  if (places.length > 1) {
    const names = records.map((record) => record.namespace).join(', ');
    throw new RackError(`several virtual racks have a machine "${name}"; choose one: ${names}`);
  }
  return place;
}

/** Shows what the machine said last, then what it says, until Ctrl-] or the signal. A machine that is off is waited for. */
export async function attachConsole(
  place: Place,
  { output, keyboard, signal }: ConsoleTerminal,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  let write = (_bytes: Uint8Array): void => {};
  const typed = (bytes: Buffer) => (bytes.includes(ESCAPE) ? end() : write(bytes));
  keyboard?.setRawMode(true);
  keyboard?.on('data', typed);
  try {
    output.write(await tailOf(place.serialLog));
    while (!ending.signal.aborted && !signal.aborted) {
      const socket = connect(place.console);
      write = (bytes) => void (socket.writable && socket.write(bytes));
      socket.on('data', (bytes) => output.write(bytes));
      socket.on('error', () => {});
      const leave = () => socket.destroy();
      ending.signal.addEventListener('abort', leave, { once: true });
      await once(socket, 'close');
      ending.signal.removeEventListener('abort', leave);
      await pause(LOOK_AGAIN_MS, ending.signal);
    }
  } finally {
    keyboard?.off('data', typed);
    keyboard?.setRawMode(false);
    keyboard?.pause();
    signal.removeEventListener('abort', end);
  }
}

async function tailOf(path: string): Promise<Buffer> {
  const file = await open(path).catch(() => null);
  if (!file) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, TAIL);
    return (await file.read(Buffer.alloc(length), 0, length, size - length)).buffer;
  } finally {
    await file.close();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
