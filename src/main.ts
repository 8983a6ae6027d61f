#!/usr/bin/env -S node --max-semi-space-size=16
/** The one place that reads the process's environment and arguments, and that ends it. */

import type { Context } from './cli/context.ts';
import { EXIT } from './cli/exit-codes.ts';
import { runCli } from './cli/run-cli.ts';

const interrupt = new AbortController();

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // Whoever asks twice does not want to wait for a clean end.
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(name);
  });
}
for (const stream of [process.stdout, process.stderr]) {
  // The reader went away, as `head` does: nothing more to say.
  stream.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.error),
  );
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal is in raw mode meanwhile, so that Ctrl-C arrives here and not as a signal.
  terminal.on('SIGINT', () => interrupt.abort('SIGINT'));
  try {
    return await terminal.question(question, { signal: interrupt.signal });
  } finally {
    terminal.close();
  }
}

const context: Context = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: interrupt.signal,
  now: Date.now,
  timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  isTTY: process.stdout.isTTY === true,
  columns: process.stdout.columns ?? 80,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
  keyboard: process.stdin.isTTY && process.stdout.isTTY ? process.stdin : null,
};

process.exitCode = await runCli(process.argv.slice(2), context);
