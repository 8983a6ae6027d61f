import { once } from 'node:events';
import type { Daemon } from '../daemon/daemon.ts';
import { type Context, note } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** Keeps a daemon running until a signal, which is its regular end, or until it cannot go on. Closes it. */
export async function serveUntilSignal(context: Context, daemon: Daemon): Promise<ExitCode> {
  const { signal } = context;
  const ended = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  const failure = await Promise.race([daemon.failed, ended.then(() => null)]);
  if (failure) note(context, `barewright: the daemon cannot go on: ${failure.message}`);
  else note(context, `${String(signal.reason)}: closing; once more ends at once`);
  await daemon.close();
  return failure ? EXIT.error : EXIT.ok;
}
