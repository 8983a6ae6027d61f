/** OpenTelemetry traces, where they are asked for: spans of commits and of attempts, by OTLP over HTTP. Off, it loads and does nothing. */

import type { Logger } from 'pino';
import type { Journal } from '../model/journal.ts';
import { commitSpans } from '../trace/commit-spans.ts';
import { createNodeSpans } from '../trace/node-spans.ts';
import type { Span } from '../trace/span.ts';
import type { FollowPorts } from './follow.ts';
import type { DaemonSettings } from './settings.ts';
import { openTraceExport } from './trace-export.ts';

export interface Tracing {
  onStages: FollowPorts['onStages'];
  close(): Promise<void>;
}

export async function startTracing(
  settings: DaemonSettings['tracing'],
  journal: Journal,
  log: Logger,
  poolOf: (node: string) => string | null,
): Promise<Tracing> {
  if (!settings) return { onStages: undefined, close: async () => {} };
  let isDown = false;
  const out = await openTraceExport(settings, (why) => {
    // Said when it begins and when it ends, not with each batch.
    if ((why !== null) === isDown) return;
    isDown = why !== null;
    if (why === null) log.info({ reason: 'TracesTaken' }, 'traces are taken again');
    else log.warn({ reason: 'TracesLost' }, `traces are not taken, and lost: ${why}`);
  });
  const send = (spans: readonly Span[]) => spans.forEach(out.send);
  const nodes = createNodeSpans(journal.states().values(), poolOf);
  const unsubscribe = journal.subscribe((events) => {
    for (const event of events) send(nodes.take(event));
  });
  return {
    onStages: (commit, stages, why) => send(commitSpans(commit, stages, why)),
    async close() {
      unsubscribe();
      await out.close();
    },
  };
}
