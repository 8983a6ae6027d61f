import { describe, expect, it } from 'vitest';
import { aState, T0 } from '../builders/node.ts';
import { aStatus, aView } from '../builders/view.ts';
import { cli } from './a-context.ts';
import { anApi } from './api-server.ts';
import { answersFor, ask, eventOf, settled, stuck } from './ask.ts';

describe('events and logs', () => {
  const events = [
    eventOf(1, 'n1', 'Stuck', 'no answer'),
    eventOf(2, 'n1', 'Stuck', 'no answer'),
    eventOf(3, 'n2', 'Resumed', 'resumed by thandi'),
  ];

  it('are searched with the filters that the daemon knows', async () => {
    const argv = [
      'events',
      'n1',
      '--since',
      '10m',
      '--reason',
      'Stuck,Resumed',
      '--actor',
      'thandi',
      '--limit',
      '5',
    ];
    const { api, stdout } = await ask({ 'GET /events': events }, argv);
    expect(api.calls[0]?.url).toBe(
      `/events?limit=5&node=n1&actor=thandi&reason=Stuck%2CResumed&since=${T0 + 120_000 - 600_000}`,
    );
    expect(stdout).toBe(`\
TIME       NODE   PHASE   REASON    MESSAGE
14:00:01   n1     stuck   Stuck     no answer, 2 times in 1 s
14:00:03   n2     stuck   Resumed   resumed by thandi
`);
  });

  it('are found by words, pool, severity and a short commit: the daemon looks', async () => {
    const chosen = ['--search', '"is on" n1', '--pool', 'sip', '--severity', 'warning', '--commit', 'ababab'];
    const { api } = await ask({ 'GET /events': events }, ['events', ...chosen]);
    expect(api.calls[0]?.url).toBe(
      '/events?limit=100&pool=sip&commit=ababab&severity=warning&text=%22is+on%22+n1',
    );
  });

  it.each(['logs', 'events'])('are followed until Ctrl-C by %s, each shown once', async (verb) => {
    const interrupt = new AbortController();
    const api = await anApi({
      'GET /status': { ...aStatus([]), lastEventId: 2 },
      'GET /events': events.slice(0, 2),
    });
    const lines: string[] = [];
    const stdout = {
      write(text: string) {
        lines.push(text);
        if (text.includes('resumed')) interrupt.abort('SIGINT');
      },
    };
    const running = cli([verb, '-f', '--search', 'no', '--limit', '9', '--data', api.dataDir], {
      stdout,
      signal: interrupt.signal,
    });
    await api.followed;
    for (const event of events) if (event.id > 2) api.emit(event);
    expect(await running).toMatchObject({ code: 130, stderr: '' });
    expect(lines).toEqual([
      '14:00:01  n1        stuck        no answer (attempt 3)\n',
      '14:00:02  n1        stuck        no answer (attempt 3)\n',
      '14:00:03  n2        stuck        resumed by thandi (attempt 3)\n',
    ]);
    expect(api.calls.map(({ url }) => url)).toContain('/stream?text=no&after=2');
  });
});

describe('wait', () => {
  it('ends when an event brings the goal', async () => {
    const busy = aView(aState('n1').installed('base').wants('base', 2).attempt().phase('installing'));
    const done = aView(aState('n1').installed('base', 2).power('on').settled());
    let current = busy;
    const api = await anApi({ ...answersFor([busy]), 'GET /nodes': () => [current] });
    const running = cli(['wait', 'n1', '--for', 'settled', '--data', api.dataDir]);
    await api.followed;
    current = done;
    api.emit(eventOf(9, 'n1', 'Resumed', 'settled'));
    expect(await running).toMatchObject({ code: 0, stdout: 'n1: settled\n' });
  });

  it('gives up with exit code 5, and says where each node is', async () => {
    const { code, stderr } = await ask(answersFor([stuck]), [
      'wait',
      '--for',
      'settled',
      '--timeout',
      '50ms',
    ]);
    expect(code).toBe(5);
    expect(stderr).toBe('gave up waiting for settled: hte-n1 is stuck, waits for a person or a commit\n');
  });

  it('waits for phases, conditions and a commit', async () => {
    for (const goal of [
      ['--for', 'phase=settled'],
      ['--for', 'condition=Ready'],
      ['--for', 'condition=Stalled=false'],
    ]) {
      expect(await ask(answersFor([settled]), ['wait', ...goal])).toMatchObject({ code: 0 });
    }
    const there = await ask(answersFor([settled]), ['wait', '--commit', '9f27ab1c', '--timeout', '50ms']);
    expect(there.code).toBe(0);
    const other = await ask(answersFor([settled]), ['wait', '--commit', '0000', '--timeout', '50ms']);
    expect(other).toMatchObject({
      code: 5,
      stderr: 'gave up waiting for settled: commit 0000 is not in force\n',
    });
  });

  it('takes no goal that cannot be', async () => {
    const { code, stderr } = await cli(['wait', '--for', 'phase=setled']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no phase setled; did you mean settled.');
  });
});
