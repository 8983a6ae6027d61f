import { afterEach, describe, expect, it } from 'vitest';
import { rootIdOf, traceIdOf } from '../../src/trace/span.ts';
import { aReceiver, type Receiver } from '../channels/a-receiver.ts';
import { aScene, type Scene, untilTrue } from './scene.ts';

/** As OTLP/HTTP has it in JSON (opentelemetry-proto, trace/v1). */
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  status: { code?: number; message?: string };
}

let scene: Scene;
afterEach(() => scene?.close());

function spansOf({ seen }: Receiver): OtlpSpan[] {
  return seen.flatMap(({ body }) => {
    const { resourceSpans } = JSON.parse(body);
    return resourceSpans.flatMap(
      ({ resource, scopeSpans }: { resource: unknown; scopeSpans: { spans: OtlpSpan[] }[] }) => {
        expect(JSON.stringify(resource)).toContain('"barewright"');
        return scopeSpans.flatMap(({ spans }) => spans);
      },
    );
  });
}

/** `commit > install > booting > bmc off`. */
function pathOf(span: OtlpSpan, all: readonly OtlpSpan[]): string {
  const parent = all.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId);
  return parent ? `${pathOf(parent, all)} > ${span.name}` : span.name;
}

function attribute({ attributes }: OtlpSpan, key: string): string | number | undefined {
  const { value } = attributes.find((one) => one.key === `barewright.${key}`) ?? {};
  return value?.stringValue ?? value?.intValue;
}

describe('traces of a reconcile', () => {
  it('are one tree for each commit, down to the commands to BMCs, as a collector gets it', async () => {
    const collector = await aReceiver();
    const tracing = {
      url: `${collector.url}/v1/traces`,
      headers: { authorization: 'Bearer of-the-collector' },
    };
    scene = await aScene({ count: 2, settings: { tracing } });
    await scene.until((s) => s.phase === 'settled' && s.known);
    const commit = await scene.commit(scene.withNode('n01', { generation: 2 }), 'again');
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n01']);
    const mine = () => spansOf(collector).filter(({ traceId }) => traceId === traceIdOf(commit));
    await untilTrue(
      () => mine().some(({ name }) => name === 'install'),
      () => JSON.stringify(mine()),
    );
    await scene.daemon().close();

    const spans = mine();
    expect(collector.seen.every(({ path }) => path === '/v1/traces')).toBe(true);
    expect(collector.seen[0]?.headers.authorization).toBe('Bearer of-the-collector');
    const paths = new Set(spans.map((span) => pathOf(span, spans)));
    const install = ['arming', 'booting', 'installing', 'restarting', 'configuring'];
    expect([...paths]).toEqual(
      expect.arrayContaining([
        ...['commit', 'commit > fetch', 'commit > validate', 'commit > plan', 'commit > install'],
        ...install.map((phase) => `commit > install > ${phase}`),
        ...['bmc next-boot-pxe', 'bmc on'].map((name) => `commit > install > booting > ${name}`),
      ]),
    );
    expect([...paths].join('\n')).toMatch(/^commit > install > booting > bmc (soft-)?off$/m);
    const root = spans.find(({ name }) => name === 'commit');
    expect(root).toMatchObject({ spanId: rootIdOf(commit) });
    expect(root?.parentSpanId ?? '').toBe('');
    for (const span of spans) {
      expect(attribute(span, 'commit')).toBe(commit);
      expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
      if (pathOf(span, spans).includes('install')) expect(attribute(span, 'node')).toBe('n01');
    }
    const attempt = spans.find(({ name }) => name === 'install');
    expect(attempt && [attribute(attempt, 'pool'), attribute(attempt, 'attempt')]).toEqual(['main', 1]);
    const inOrder = spans.filter(({ name }) => install.includes(name));
    expect(inOrder.map(({ name }) => name)).toEqual(install);
    await collector.close();
  });

  it('a collector that is not there keeps nothing from being done', async () => {
    scene = await aScene({
      count: 1,
      settings: { tracing: { url: 'http://127.0.0.1:1/v1/traces', headers: {} } },
    });
    await scene.until((s) => s.phase === 'settled' && s.known);
    await scene.commit(scene.withNode('n01', { generation: 2 }), 'again');
    await scene.until((s) => s.phase === 'settled' && s.record?.generation === 2, ['n01']);
  });
});
