import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import { aNode } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { aBench, aMachine, type Bench, replay } from './harness.ts';

const BEGIN = aState('n1').installed('base').settled().power('on').wants('base', 2).build();

/** What the machine itself does next, whoever is or is not listening: it only ever reacts to its power and boot device. */
function nextEvidence(bench: Bench): (() => Promise<void>) | null {
  const { attempt, phase } = bench.now();
  const { machine, evidence } = bench;
  if (!attempt || machine.power !== 'on' || machine.due.length > 0) return null;
  const booted = machine.nextBootAt !== null && attempt.nextBootSetAt !== null && attempt.armed;
  if (phase === 'booting' && booted && attempt.scriptAt === null) return evidence.script;
  if (phase === 'booting' && attempt.scriptAt !== null && attempt.answersAt === null) return evidence.answers;
  if (phase === 'installing' && attempt.completedAt === null) return evidence.completed;
  if (phase === 'restarting' && attempt.reportedAt === null) return evidence.report;
  return null;
}

/** Goes on until the node is settled; fails when it does not come to that within two hours. */
async function toTheEnd(bench: Bench): Promise<void> {
  await bench.settle();
  for (let i = 0; i < 7_200 && bench.now().phase !== 'settled'; i++) {
    await bench.pass(1_000);
    await nextEvidence(bench)?.();
  }
  expect(bench.now()).toMatchObject({ phase: 'settled', want: null, record: { generation: 2 } });
}

/** Each command that changes the power, with whether a reading came after the one before. */
function unread(calls: readonly string[], from: number): string[] {
  let fresh = false;
  return calls.slice(from).filter((call) => {
    const what = call.split(' ')[1];
    if (what === 'read') fresh = true;
    const blind = what !== 'read' && what !== 'next-boot' && !fresh;
    if (what !== 'read' && what !== 'next-boot') fresh = false;
    return blind;
  });
}

interface Moment {
  events: number;
  now: number;
  machine: ReturnType<typeof aMachine>;
}

/** One install from beginning to end, with a picture of the world at every event: where it stood, and the machine then. */
async function record(): Promise<{ log: readonly Event[]; moments: Moment[] }> {
  const moments: Moment[] = [];
  const bench = aBench({
    node: aNode('n1').profile('base', 2),
    state: BEGIN,
    onEvents: (log) =>
      moments.push({
        events: log.length,
        now: bench.world.now,
        machine: { ...bench.machine, calls: [...bench.machine.calls], due: [...bench.machine.due] },
      }),
  });
  await toTheEnd(bench);
  return { log: bench.log, moments };
}

describe('promise 8: crash anywhere', () => {
  it('a daemon that comes back after any event goes on, and repeats no power command without a fresh reading', async () => {
    const { log, moments } = await record();
    expect(moments.length).toBeGreaterThan(12);
    for (const down of [0, 3_000, 50_000, 400_000]) {
      for (const { events, now, machine } of moments) {
        const world = { now: now + down, machine: { ...aMachine(machine), due: [] } };
        // What was on its way to the machine has arrived while the daemon was down.
        for (const { power } of machine.due) world.machine.power = power;
        const bench = aBench({
          node: aNode('n1').profile('base', 2),
          state: replay(BEGIN, log, events),
          world,
        });
        const before = machine.calls.length;
        await toTheEnd(bench);
        const what = `after event ${events} (${log[events - 1]?.reason}), ${down} ms later`;
        expect({ what, blind: unread(world.machine.calls, before) }).toEqual({ what, blind: [] });
      }
    }
  });

  it('a daemon that crashed after an intent reads before it says anything, whether the command left or not', async () => {
    const { log, moments } = await record();
    const intents = moments.filter(({ events }) => log[events - 1]?.reason === 'PowerIntent');
    expect(intents.length).toBe(3);
    for (const { events, now, machine } of intents) {
      for (const left of [true, false]) {
        const op = log[events - 1]?.data as { op: string };
        const world = { now: now + 1_000, machine: aMachine(machine) };
        if (left && op.op === 'on') world.machine.power = 'on';
        if (left && op.op === 'soft-off') world.machine.power = 'off';
        const bench = aBench({
          node: aNode('n1').profile('base', 2),
          state: replay(BEGIN, log, events),
          world,
        });
        await bench.pass(2_000);
        expect(world.machine.calls[machine.calls.length]).toMatch(/ read$/);
        await toTheEnd(bench);
        const again = world.machine.calls
          .slice(machine.calls.length)
          .filter((call) => call.endsWith(` ${op.op}`));
        // What is softly asked for is given its grace, whether the word arrived or not; only "on" is sent again.
        const expected = op.op === 'on' && !left ? 1 : 0;
        expect({ op, left, again: again.length }).toEqual({ op, left, again: expected });
      }
    }
  });
});
