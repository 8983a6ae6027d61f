/** All that a verb may touch of the process it runs in. Made by `main.ts`, and by tests. */

import type { ReadStream } from 'node:tty';

export interface Output {
  write(text: string): unknown;
}

export interface Context {
  stdout: Output;
  stderr: Output;
  env: Readonly<NodeJS.ProcessEnv>;
  cwd: string;
  /** Aborts on the first SIGINT or SIGTERM; its reason is the signal's name. */
  signal: AbortSignal;
  /** ms since the epoch. */
  now(): number;
  /** IANA zone that times are shown in. */
  timeZone: string;
  /** Whether stdout is a terminal. */
  isTTY: boolean;
  /** Width of that terminal. */
  columns: number;
  /** Asks the person at the terminal for a line; null where nobody is there to ask. */
  ask: ((question: string) => Promise<string>) | null;
  /** Its keys, one by one; null likewise. */
  keyboard: ReadStream | null;
}

/** A whole line for stdout. */
export function say(context: Context, line: string): void {
  context.stdout.write(`${line}\n`);
}

/** A whole line beside the result: progress, and what a person should know. */
export function note(context: Context, line: string): void {
  context.stderr.write(`${line}\n`);
}
