import { duplexPair } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createQmp, type QmpEvent } from '../../../src/lab/qemu/qmp.ts';

/** Both ends of a monitor: the client, and what QEMU reads and writes. */
function aMonitor() {
  const [ours, theirs] = duplexPair();
  const events: QmpEvent[] = [];
  const asked: Record<string, unknown>[] = [];
  theirs.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) asked.push(JSON.parse(line));
  });
  const qmp = createQmp(ours, (event) => events.push(event));
  const say = (message: object) => theirs.write(`${JSON.stringify(message)}\r\n`);
  return { qmp, events, asked, say, theirs };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('QMP', () => {
  it('negotiates, then matches answers to commands by id', async () => {
    const { qmp, asked, say } = aMonitor();
    say({ QMP: { version: {}, capabilities: [] } });
    const first = qmp.execute('query-status');
    const second = qmp.execute('qom-get', { path: '/', property: 'type' });
    await turn();
    expect(asked.map(({ execute }) => execute)).toEqual(['qmp_capabilities', 'query-status', 'qom-get']);
    expect(asked[2]).toMatchObject({ arguments: { path: '/', property: 'type' } });
    say({ return: 'container', id: asked[2]?.['id'] });
    say({ return: { running: true }, id: asked[1]?.['id'] });
    expect(await second).toBe('container');
    expect(await first).toEqual({ running: true });
  });

  it('hands on events, in whatever pieces they come', async () => {
    const { events, theirs } = aMonitor();
    theirs.write('{"event": "SHUTDOWN", "data": {"gue');
    theirs.write('st": true, "reason": "guest-reset"}}\n{"event": "RESUME"}\n');
    await turn();
    await turn();
    expect(events).toEqual([
      { event: 'SHUTDOWN', data: { guest: true, reason: 'guest-reset' } },
      { event: 'RESUME', data: {} },
    ]);
  });

  it('says what QEMU refused, and that it is gone', async () => {
    const { qmp, asked, say, theirs } = aMonitor();
    const refused = qmp.execute('cont');
    const unanswered = qmp.execute('stop');
    await turn();
    say({ error: { class: 'GenericError', desc: 'Resetting is required' }, id: asked[1]?.['id'] });
    await expect(refused).rejects.toThrow('cont: Resetting is required');
    theirs.end();
    await expect(unanswered).rejects.toThrow('stop: the machine is gone');
    await expect(qmp.execute('stop')).rejects.toThrow('the machine is gone');
  });
});
