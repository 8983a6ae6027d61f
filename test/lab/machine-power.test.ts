import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/lab/history.ts';
import { aDisk, aMachine, armed, MINUTE, nextBoot, SECOND, type Setup } from './a-machine.ts';

async function running(setup: Setup = aMachine({ disk: aDisk() })): Promise<Setup> {
  setup.machine.control('on');
  await setup.clock.advance(MINUTE);
  expect(setup.machine.state).toBe('running');
  return setup;
}

function powerOf({ machine }: Setup): string[] {
  return entriesOf(machine.history, 'power').map(({ command, effect }) => `${command}: ${effect}`);
}

describe('the power switch', () => {
  it('needs nothing done twice', async () => {
    const setup = await running();
    setup.machine.control('on');
    setup.machine.control('off');
    setup.machine.control('off');
    expect(powerOf(setup)).toEqual(['on: done', 'on: none-needed', 'off: done', 'off: none-needed']);
    expect(setup.machine.state).toBe('off');
    expect(setup.clock.pending()).toBe(0);
  });

  it.each(['reset', 'cycle', 'soft-off'] as const)('refuses %s while off', (op) => {
    const setup = aMachine({ disk: aDisk() });
    expect(setup.machine.control(op)).toBe('refused');
    expect(setup.machine.powerOn()).toBe(false);
  });

  it('cycles: off for a moment, then boots', async () => {
    const { machine, clock } = await running();
    machine.control('cycle');
    expect(machine.powerOn()).toBe(false);
    await clock.advance(6 * SECOND);
    expect(machine.state).toBe('post');
    await clock.advance(MINUTE);
    expect(machine.state).toBe('running');
  });

  it('stays off when told so in the middle of a cycle', async () => {
    const { machine, clock } = await running();
    machine.control('cycle');
    machine.control('off');
    await clock.advance(MINUTE);
    expect(machine.state).toBe('off');
  });

  it('shuts down cleanly when an operating system runs', async () => {
    const { machine, server, clock } = await running();
    machine.control('soft-off');
    expect(machine.state).toBe('shutting-down');
    expect(machine.powerOn()).toBe(true);
    await clock.advance(9 * SECOND);
    expect(machine.state).toBe('off');
    await clock.advance(10 * MINUTE);
    expect(server.to('/report')).toHaveLength(1);
  });

  it('does not hear a soft-off in the installer', async () => {
    const setup = aMachine({ disk: aDisk(), answers: armed() });
    const { machine, clock } = setup;
    nextBoot(setup);
    machine.control('on');
    await clock.advance(MINUTE);
    expect(machine.control('soft-off')).toBe('ignored');
    await clock.advance(MINUTE);
    expect(machine.state).toBe('installing');
  });

  it('does not heed a soft-off with the fault', async () => {
    const setup = await running(aMachine({ disk: aDisk(), faults: [{ name: 'ignores-soft-off' }] }));
    expect(setup.machine.control('soft-off')).toBe('ignored');
    await setup.clock.advance(MINUTE);
    expect(setup.machine.state).toBe('running');
  });

  it('accepts and does nothing while the fault lasts', async () => {
    const faults = [{ name: 'accepts-and-does-nothing', until: 5 * MINUTE } as const];
    const setup = aMachine({ disk: aDisk(), faults });
    setup.machine.control('on');
    expect(setup.machine.powerOn()).toBe(false);
    await setup.clock.advance(5 * MINUTE);
    setup.machine.control('on');
    expect(setup.machine.powerOn()).toBe(true);
    expect(powerOf(setup)).toEqual(['on: ignored', 'on: done']);
  });
});
