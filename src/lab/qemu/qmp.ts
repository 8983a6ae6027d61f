/** A small client of QEMU's monitor protocol (QMP: one JSON object a line, docs/interop/qmp-spec). */

import type { Duplex } from 'node:stream';

export interface QmpEvent {
  event: string;
  data: Record<string, unknown>;
}

export interface Qmp {
  /** Resolves to what the command returns; rejects with QmpError when QEMU refuses it or is gone. */
  execute(command: string, args?: Record<string, unknown>): Promise<unknown>;
}

export class QmpError extends Error {
  override readonly name = 'QmpError';
}

interface Pending {
  command: string;
  resolve(value: unknown): void;
  reject(error: QmpError): void;
}

/** A monitor says nothing as long as this: QEMU is not going to. Lines of QMP are a few hundred characters. */
const LONGEST_LINE = 1 << 20;

/** Speaks on a connected socket. Commands may be given at once; they wait for QEMU's greeting by themselves. */
export function createQmp(socket: Duplex, onEvent: (event: QmpEvent) => void): Qmp {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let rest = '';
  let ended = false;

  function execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    if (ended) return Promise.reject(new QmpError(`${command}: the machine is gone`));
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      pending.set(id, { command, resolve, reject });
      socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  function take(message: Record<string, unknown>): void {
    if (typeof message['event'] === 'string') {
      onEvent({ event: message['event'], data: (message['data'] ?? {}) as Record<string, unknown> });
      return;
    }
    const asked = pending.get(Number(message['id']));
    if (!asked) return;
    pending.delete(Number(message['id']));
    const refused = message['error'] as { desc?: string } | undefined;
    if (refused) asked.reject(new QmpError(`${asked.command}: ${refused.desc ?? 'refused'}`));
    else asked.resolve(message['return']);
  }

  function end(): void {
    ended = true;
    for (const { command, reject } of pending.values())
      reject(new QmpError(`${command}: the machine is gone`));
    pending.clear();
  }

  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) socket.destroy();
    for (const line of lines) if (line.trim() !== '') take(JSON.parse(line));
  });
  for (const gone of ['end', 'error', 'close']) socket.on(gone, end);
  // QEMU takes nothing else before this one; a refusal shows in the commands that follow.
  execute('qmp_capabilities').catch(() => {});
  return { execute };
}
