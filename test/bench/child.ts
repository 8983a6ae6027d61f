/** Parts of a bench that need a process of their own: started with one JSON argument, heard through messages. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Child<Message> {
  readonly pid: number;
  /** The next message, in order. Rejects when the process ends without one. */
  next(): Promise<Message>;
  send(message: object): void;
  /** Asks it to end, waits for that, and kills it when it does not. */
  end(): Promise<void>;
  /** Ends it as a crash would; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  env?: NodeJS.ProcessEnv;
  /** ms after which it is killed, whatever it does; default 5 min. */
  longest?: number;
}

const PATIENCE = 15_000;

/** The flags of Node that the product is run with: those in the first line of its program. */
const PRODUCT_FLAGS = firstLine(join(import.meta.dirname, '../../src/main.ts')).match(/(?<= )--\S+/g) ?? [];

/** Starts `children/<name>.ts`. The process ends by itself when this one goes away. */
export function startChild<Message>(
  name: string,
  input: unknown,
  options: ChildOptions = {},
): Child<Message> {
  const child = fork(join(import.meta.dirname, 'children', `${name}.ts`), [JSON.stringify(input)], {
    execArgv: PRODUCT_FLAGS,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const bound = setTimeout(() => child.kill('SIGKILL'), options.longest ?? 300_000);
  const messages: Message[] = [];
  let ended = false;
  let waiting: { resolve(message: Message): void; reject(error: Error): void } | null = null;

  child.on('message', (message) => {
    if (waiting) waiting.resolve(message as Message);
    else messages.push(message as Message);
    waiting = null;
  });
  child.on('exit', (code, signal) => {
    ended = true;
    clearTimeout(bound);
    waiting?.reject(new Error(`${name} ended with ${signal ?? code}`));
    waiting = null;
  });

  return {
    pid: child.pid ?? 0,
    next() {
      const message = messages.shift();
      if (message !== undefined) return Promise.resolve(message);
      if (ended) return Promise.reject(new Error(`${name} has ended`));
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      });
    },
    send: (message) => void child.send(message),
    async end() {
      if (!ended) await endOf(child);
    },
    async kill() {
      if (ended) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function endOf(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  if (child.connected) child.disconnect();
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await exit;
  clearTimeout(late);
}

function firstLine(file: string): string {
  return readFileSync(file, 'utf8').split('\n', 1)[0] ?? '';
}
