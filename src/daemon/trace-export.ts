/** Spans to a collector, in the shapes of OpenTelemetry's own library: batched, bounded, dropped while nobody takes them. */

import type { HrTime, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Span } from '../trace/span.ts';
import type { DaemonSettings } from './settings.ts';
import { VERSION } from './version.ts';

export interface TraceExport {
  send(span: Span): void;
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>;
}

/** Spans that wait; newer ones are dropped. */
const MOST_WAITING = 2_048;
const BETWEEN = 2_000;
const TIMEOUT = 5_000;
/** Of OpenTelemetry: SpanKind.INTERNAL, TraceFlags.SAMPLED, SpanStatusCode. */
const [INTERNAL, SAMPLED, UNSET, ERROR] = [0, 1, 0, 2];

/** `told`: why a batch was not taken, or null when one was. */
export async function openTraceExport(
  { url, headers }: NonNullable<DaemonSettings['tracing']>,
  told: (why: string | null) => void,
): Promise<TraceExport> {
  const [{ OTLPTraceExporter }, { BatchSpanProcessor }, { resourceFromAttributes }] = await loaded();
  const exporter = heard(new OTLPTraceExporter({ url, headers, timeoutMillis: TIMEOUT }), told);
  const processor = new BatchSpanProcessor({
    ...{ exporter, maxQueueSize: MOST_WAITING, scheduledDelayMillis: BETWEEN, exportTimeoutMillis: TIMEOUT },
  });
  const resource = resourceFromAttributes({ 'service.name': 'barewright', 'service.version': VERSION });
  return {
    send: (span) => processor.onEnd(readable(span, resource)),
    close: () => processor.shutdown().catch(() => {}),
  };
}

/** Where nobody asks for traces, none of it is in memory. */
function loaded() {
  return Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
  ]);
}

function heard(exporter: SpanExporter, told: (why: string | null) => void): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        told(result.error ? result.error.message : null);
        // A collector that is down is no trouble of the daemon's.
        done({ code: 0 });
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

function readable(span: Span, resource: ReadableSpan['resource']): ReadableSpan {
  const context = (spanId: string): SpanContext => ({ traceId: span.traceId, spanId, traceFlags: SAMPLED });
  return {
    name: span.name,
    kind: INTERNAL,
    spanContext: () => context(span.spanId),
    ...(span.parentId === null ? {} : { parentSpanContext: context(span.parentId) }),
    startTime: hrTime(span.begun),
    endTime: hrTime(span.ended),
    duration: hrTime(span.ended - span.begun),
    status: span.error === null ? { code: UNSET } : { code: ERROR, message: span.error },
    attributes: span.attributes,
    ...{ links: [], events: [], ended: true, resource },
    instrumentationScope: { name: 'barewright', version: VERSION },
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  };
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}
