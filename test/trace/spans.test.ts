import { describe, expect, it } from 'vitest';
import { tracingOf } from '../../src/cli/tracing-option.ts';
import type { Event, NewEvent } from '../../src/model/event.ts';
import { commitSpans } from '../../src/trace/commit-spans.ts';
import { createNodeSpans } from '../../src/trace/node-spans.ts';
import type { Span } from '../../src/trace/span.ts';
import { T0 } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';
import { aState } from '../builders/state.ts';

function told(events: readonly NewEvent[], states = [aState('n1').installed('base').build()]): Span[] {
  const spans = createNodeSpans(states, () => 'sip');
  return events.flatMap((event, n) => spans.take({ ...event, id: n + 1, time: T0 + n * 1000 } as Event));
}

const entered = (phase: 'arming' | 'booting' | 'held') =>
  anEvent('n1', 'PhaseEntered', { phase, from: 'held', waitingFor: '', deadline: null });
const failed = anEvent(
  'n1',
  'AttemptFailed',
  { attempt: 1, why: 'no answers', missing: 'answers', retryAt: null },
  { message: 'attempt 1 failed: no answers' },
);

describe('spans of a node', () => {
  it('end with what ended them: an attempt that failed fails, and the phase it failed in', () => {
    const { want, attempt } = aState('n1').wants('base', 2).attempt().build();
    const target = want ?? attempt?.target;
    if (!target) throw new Error('no target');
    const started = anEvent('n1', 'AttemptStarted', { attempt: 1, installId: 'i1', target });
    const spans = told([started, entered('arming'), entered('booting'), failed]);
    expect(spans.map(({ name, begun, ended, error }) => [name, begun - T0, ended - T0, error])).toEqual([
      ['arming', 1000, 2000, null],
      ['booting', 2000, 3000, 'attempt 1 failed: no answers'],
      ['install', 0, 3000, 'attempt 1 failed: no answers'],
    ]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(spans[0]?.parentId).toBe(spans[2]?.spanId);
  });

  it('go on after a restart with the same ids', () => {
    const busy = aState('n1')
      .wants('base', 2)
      .attempt({ installId: 'i1', startedAt: T0 - 5000 })
      .phase('booting', { phaseSince: T0 - 1000 });
    const [phase, attempt] = told([failed], [busy.build()]);
    expect([phase?.name, phase?.begun, attempt?.begun]).toEqual(['booting', T0 - 1000, T0 - 5000]);
    expect(told([failed], [busy.build()])).toEqual([phase, attempt]);
  });

  it('of a command outside of an attempt stand below its commit; a command that failed says why', () => {
    const about = { commit: 'c1', message: 'refused' };
    const spans = told([
      anEvent('n1', 'PowerIntent', { op: 'on' }, about),
      anEvent('n1', 'PowerResult', { op: 'on', outcome: 'failed', error: 'busy' }, about),
    ]);
    expect(spans).toMatchObject([
      {
        name: 'bmc on',
        error: 'refused',
        parentId: commitSpans('c1', [{ name: 'fetch', begun: 0, ended: 1 }], null)[0]?.spanId,
      },
    ]);
  });

  it('a refused commit fails where it was refused', () => {
    const stages = [
      { name: 'fetch' as const, begun: 1, ended: 2 },
      { name: 'validate' as const, begun: 2, ended: 5 },
    ];
    expect(
      commitSpans('c1', stages, 'has 2 problems').map(({ name, begun, ended, error }) => [
        name,
        begun,
        ended,
        error,
      ]),
    ).toEqual([
      ['commit', 1, 5, 'has 2 problems'],
      ['fetch', 1, 2, null],
      ['validate', 2, 5, 'has 2 problems'],
    ]);
  });
});

describe('where traces go', () => {
  it.each([
    [{}, undefined, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' }, undefined, 'http://c:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/x' }, undefined, 'http://c/x'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/x' }, 'http://d', 'http://d/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_SDK_DISABLED: 'true' }, undefined, null],
  ])('%j and --otlp %s lead to %s', (env, given, url) => {
    expect(tracingOf(env, given)?.url ?? null).toBe(url);
  });

  it('headers are taken as OpenTelemetry writes them', () => {
    const env = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db, x-org = 7' };
    expect(tracingOf(env, 'http://c')?.headers).toEqual({ authorization: 'Bearer a=b', 'x-org': '7' });
    expect(() => tracingOf({}, 'ftp://c')).toThrow('no http or https address');
  });
});
