/** A garbage collection of the own registry, asked of the daemon and waited for. */

import { connect } from './client.ts';
import { type Context, say } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { ClientOptions } from './options.ts';

export async function collectImages(context: Context, options: ClientOptions): Promise<ExitCode> {
  const client = await connect(context, options);
  const { begun } = await client.post<{ begun: number }>('/images/gc');
  for await (const { id, reason, message } of client.stream({ after: begun - 1 }, context.signal)) {
    if (id < begun) continue;
    if (id === begun || reason === 'CollectionDone') say(context, message);
    if (reason === 'CollectionDone') return EXIT.ok;
    if (reason === 'CollectionFailed') throw new CliError(EXIT.error, message, 'it is tried again by itself');
  }
  throw new CliError(EXIT.unreachable, 'the daemon has ended meanwhile', 'see: barewright logs');
}
