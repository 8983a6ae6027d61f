import { describe, expect, it } from 'vitest';
import { MAX_ANSWER_FETCHES } from '../../src/observe/boot-desk.ts';
import { createTokens } from '../../src/observe/tokens.ts';
import { T0 } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';
import { aRecord } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { ADDRESS, aDesk, booting, INSTALL, NODE, switchedOn } from './a-desk.ts';

const MAC = NODE.bootMac;

describe('promise 6: network boot is armed per node, once', () => {
  it.each([
    ['a settled node', aState('n1').installed('base').settled()],
    ['a node that is only found', aState('n1')],
    ['a node whose install is held', aState('n1').installed('base').wants('base', 2).held()],
    ['an attempt that is still arming', switchedOn().phase('arming')],
    ['an attempt whose boot device is not set yet', booting().attempt({ installId: INSTALL })],
    ['an attempt that was disarmed', switchedOn({ armed: false })],
    ['an installer that is at work', switchedOn({ answersAt: T0 }).phase('installing')],
    [
      'an installed machine on its first boot',
      switchedOn({ answersAt: T0, completedAt: T0 }).phase('restarting'),
    ],
    ['a node that is configured', switchedOn({ answersAt: T0, completedAt: T0 }).phase('configuring')],
    ['a stuck node', switchedOn().stuck()],
    [
      'an attempt past its deadline, whatever the rest of the daemon is busy with',
      switchedOn().phase('booting', { deadline: T0 + 1_000 }),
    ],
    [
      'a first install whose node has just reported',
      switchedOn()
        .wants('base', 2, { first: true })
        .with({ record: aRecord('docker'), known: true }),
    ],
  ])('%s boots its own disk', async (_what, state) => {
    const { desk, answersToken } = aDesk(state);
    expect(await desk.script(MAC, ADDRESS)).toEqual({ kind: 'local-disk' });
    if (state.build().phase !== 'installing') {
      expect(await desk.answers(answersToken, 'preseed', ADDRESS)).toMatchObject({ ok: false });
    }
  });

  it('the armed attempt gets the installer, with its own token', async () => {
    const { desk, state, answersToken } = aDesk(switchedOn());
    expect(await desk.script(MAC, ADDRESS)).toEqual({
      kind: 'installer',
      text: `script n1 1 ${answersToken}`,
    });
    expect(state().attempt?.scriptAt).toBe(T0 + 1_000);
  });

  it('what is said of a boot is said once a minute, and again when another install has come between', async () => {
    const { desk, journal, reasons } = aDesk(aState('n1'));
    for (let i = 0; i < 3; i++) await desk.script(MAC, ADDRESS);
    expect(reasons()).toEqual(['BootScriptServed']);
    await journal.append([anEvent('n1', 'NodeAdopted', { record: aRecord('docker') })]);
    for (let i = 0; i < 3; i++) await desk.script(MAC, ADDRESS);
    expect(reasons()).toEqual(['BootScriptServed', 'NodeAdopted', 'BootScriptServed']);
  });

  it('a machine at another address boots its own disk, and that is said', async () => {
    const { desk, journal } = aDesk(switchedOn());
    expect(await desk.script(MAC, '10.9.9.9')).toEqual({ kind: 'local-disk' });
    expect(journal.read({})).toMatchObject([
      { node: 'n1', reason: 'BootRefused', data: { what: 'wrong-address', address: '10.9.9.9' } },
    ]);
  });

  it('behind a simulated rack any address will do', async () => {
    const { desk } = aDesk(switchedOn(), { bindAddresses: false });
    expect(await desk.script(MAC, '127.0.0.1')).toMatchObject({ kind: 'installer' });
  });

  it('a script that cannot be rendered is no evidence', async () => {
    const { desk, state, reasons } = aDesk(switchedOn(), {
      renderScript: () => {
        throw new Error('no such profile');
      },
    });
    await expect(desk.script(MAC, ADDRESS)).rejects.toThrow('no such profile');
    expect(state().attempt?.scriptAt).toBeNull();
    expect(reasons()).toEqual([]);
  });
});

describe('an endless asker cannot fill the journal', () => {
  it('an unknown MAC is said once a minute', async () => {
    const { desk, journal, time } = aDesk(switchedOn());
    for (let i = 0; i < 100; i++) {
      expect(await desk.script('52:54:00:ff:ff:ff', '10.0.0.9')).toEqual({ kind: 'unknown' });
      time.now += 1_000;
    }
    expect(journal.read({}).map(({ message }) => message)).toEqual(
      Array(2).fill('boot script asked for by unknown MAC 52:54:00:ff:ff:ff (from 10.0.0.9)'),
    );
  });

  it('made-up MACs are bounded too', async () => {
    const { desk, journal } = aDesk(switchedOn());
    for (let i = 0; i < 2_000; i++) {
      await desk.script(
        `52:54:00:00:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`,
        '10.0.0.9',
      );
    }
    expect(journal.read({ limit: 5_000 })).toHaveLength(500);
  });

  it('a known machine that boots in a circle is said once a minute, and its installer always counts', async () => {
    const { desk, journal, reasons } = aDesk(aState('n1').installed('base').settled());
    for (let i = 0; i < 50; i++) await desk.script(MAC, ADDRESS);
    expect(reasons()).toEqual(['BootScriptServed']);
    expect(journal.state('n1')?.attempt).toBeNull();
  });

  it('wrong tokens are said once a minute', async () => {
    const { desk, reasons } = aDesk(switchedOn());
    for (let i = 0; i < 50; i++) {
      await desk.answers('x'.repeat(75), 'preseed', ADDRESS);
      await desk.callback('x'.repeat(75), ADDRESS, { kind: 'complete' });
    }
    expect(reasons()).toEqual(['BootRefused', 'BootRefused']);
  });
});

describe('answers', () => {
  const fetched = () => aDesk(switchedOn({ scriptAt: T0 }));

  it('are handed out a few times, to the same address, and count the disk as lost from the first on', async () => {
    const { desk, state, answersToken, callbackToken } = fetched();
    for (let i = 1; i <= MAX_ANSWER_FETCHES; i++) {
      expect(await desk.answers(answersToken, 'preseed', ADDRESS)).toEqual({
        ok: true,
        node: 'n1',
        content: `answers n1 1 ${callbackToken}`,
      });
      expect(state()).toMatchObject({ record: null, known: true, attempt: { answersFetches: i } });
    }
    expect(await desk.answers(answersToken, 'preseed', ADDRESS)).toEqual({ ok: false, why: 'not-armed' });
  });

  it('go to no other address, not even where addresses are not reserved', async () => {
    const strict = fetched();
    expect(await strict.desk.answers(strict.answersToken, 'preseed', '10.9.9.9')).toEqual({
      ok: false,
      why: 'wrong-address',
    });
    const loose = aDesk(switchedOn({ scriptAt: T0 }), { bindAddresses: false });
    expect(await loose.desk.answers(loose.answersToken, 'preseed', '127.0.0.1')).toMatchObject({ ok: true });
    expect(await loose.desk.answers(loose.answersToken, 'preseed', '127.0.0.2')).toEqual({
      ok: false,
      why: 'wrong-address',
    });
  });

  it('are void once the installer has told of itself', async () => {
    const { desk, answersToken, callbackToken } = fetched();
    await desk.answers(answersToken, 'preseed', ADDRESS);
    await desk.callback(callbackToken, ADDRESS, { kind: 'progress', step: 'partitioning', percent: 10 });
    expect(await desk.answers(answersToken, 'preseed', ADDRESS)).toEqual({ ok: false, why: 'not-armed' });
  });

  it('are handed out for no other token', async () => {
    const { desk, answersToken, callbackToken } = fetched();
    const foreign = createTokens(Buffer.alloc(32, 8)).issue('answers', INSTALL);
    const ofLastAttempt = createTokens(Buffer.alloc(32, 7)).issue('answers', '2'.repeat(32));
    for (const token of [
      foreign,
      ofLastAttempt,
      callbackToken,
      '',
      INSTALL,
      `${answersToken}x`,
      answersToken.slice(0, -1),
    ]) {
      expect(await desk.answers(token, 'preseed', ADDRESS)).toEqual({ ok: false, why: 'bad-token' });
    }
  });

  it('that cannot be rendered cost no disk', async () => {
    const { desk, state, answersToken } = aDesk(switchedOn({ scriptAt: T0 }), {
      renderAnswers: () => {
        throw new Error('profile base is no longer declared');
      },
    });
    await expect(desk.answers(answersToken, 'preseed', ADDRESS)).rejects.toThrow();
    expect(state()).toMatchObject({
      record: { generation: 1 },
      attempt: { answersAt: null, answersFetches: 0 },
    });
  });
});

describe('callbacks', () => {
  const installing = (change = {}) =>
    aDesk(switchedOn({ answersAt: T0, address: ADDRESS, ...change }).phase('installing'));

  it('progress is journaled when it says something new', async () => {
    const { desk, callbackToken, journal } = installing();
    for (const percent of [10, 10, 10, 20]) {
      expect(
        await desk.callback(callbackToken, ADDRESS, { kind: 'progress', step: 'base', percent }),
      ).toMatchObject({
        ok: true,
      });
    }
    expect(journal.read({}).map(({ message }) => message)).toEqual(['base (10 %)', 'base (20 %)']);
  });

  it.each([{ kind: 'complete' as const }, { kind: 'failed' as const, why: 'no disk' }])(
    '$kind may be said again: it is one event',
    async (event) => {
      const { desk, callbackToken, reasons } = installing();
      for (let i = 0; i < 3; i++) {
        expect(await desk.callback(callbackToken, ADDRESS, event)).toEqual({ ok: true, node: 'n1' });
      }
      expect(reasons()).toHaveLength(1);
    },
  );

  it('after the end nothing else is believed', async () => {
    const done = installing();
    await done.desk.callback(done.callbackToken, ADDRESS, { kind: 'complete' });
    const late = { kind: 'progress' as const, step: 'partitioning', percent: 5 };
    expect(await done.desk.callback(done.callbackToken, ADDRESS, late)).toEqual({
      ok: false,
      why: 'not-armed',
    });
    expect(await done.desk.callback(done.callbackToken, ADDRESS, { kind: 'failed', why: 'x' })).toMatchObject(
      { ok: false },
    );
    const failed = installing();
    await failed.desk.callback(failed.callbackToken, ADDRESS, { kind: 'failed', why: 'no disk' });
    expect(await failed.desk.callback(failed.callbackToken, ADDRESS, { kind: 'complete' })).toMatchObject({
      ok: false,
    });
    expect(failed.state().attempt?.completedAt).toBeNull();
  });

  it('are refused before the answers, after the attempt, from elsewhere and with another token', async () => {
    const complete = { kind: 'complete' as const };
    const early = aDesk(switchedOn({ scriptAt: T0 }));
    expect(await early.desk.callback(early.callbackToken, ADDRESS, complete)).toMatchObject({
      why: 'not-armed',
    });
    const over = installing({ armed: false });
    expect(await over.desk.callback(over.callbackToken, ADDRESS, complete)).toMatchObject({
      why: 'not-armed',
    });
    const here = installing();
    expect(await here.desk.callback(here.callbackToken, '10.9.9.9', complete)).toMatchObject({
      why: 'wrong-address',
    });
    expect(await here.desk.callback(here.answersToken, ADDRESS, complete)).toMatchObject({
      why: 'bad-token',
    });
    expect(here.state().attempt?.completedAt).toBeNull();
  });
});
