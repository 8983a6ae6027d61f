import { expect, it } from 'vitest';
import { watchHalts } from '../../src/daemon/halts.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { T0 } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';
import { aState } from '../builders/state.ts';
import { untilTrue } from '../promises/scene.ts';

it('says once that a rollout has halted, also over a restart, and again when more have failed', async () => {
  const journal = openMemoryJournal({ clock: () => T0, states: [aState('n1').build()] });
  let halted: string[] | null = [];
  let looks = 0;
  const watch = () =>
    watchHalts({
      journal,
      halted: () => {
        looks += 1;
        return halted === null ? null : halted.map((why) => ({ pool: 'sip', why }));
      },
      onError(error) {
        throw error;
      },
    });
  const told = () => journal.read({ reasons: ['RolloutHalted'] }).map(({ message }) => message);
  async function fail(): Promise<void> {
    const before = looks;
    await journal.append([anEvent('n1', 'Stuck', { why: 'no disk' })]);
    await untilTrue(
      () => looks > before,
      () => 'nobody looked',
    );
  }

  let watching = watch();
  await fail();
  halted = ['pool sip has halted: n1, n2'];
  await fail();
  await fail();
  await watching.close();
  expect(told()).toEqual(halted);

  watching = watch();
  await fail();
  // Nothing is known of it until the commit is in force again.
  halted = null;
  await fail();
  halted = ['pool sip has halted: n1…n3'];
  await fail();
  await watching.close();
  expect(told()).toEqual(['pool sip has halted: n1, n2', 'pool sip has halted: n1…n3']);
  expect(journal.read({ reasons: ['RolloutHalted'] }).map(({ data }) => data)).toMatchObject([
    { pool: 'sip' },
    { pool: 'sip' },
  ]);

  // Over a restart, too, it is known that it had halted; that it goes on is said once, and why.
  watching = watch();
  halted = [];
  const approval = anEvent('n2', 'InstallApproved', { digest: null, why: 'mended' });
  await journal.append([{ ...approval, actor: 'thandi' }]);
  const released = () => journal.read({ reasons: ['RolloutReleased'] });
  await untilTrue(
    () => released().length > 0,
    () => 'nobody said that it goes on',
  );
  await fail();
  await watching.close();
  expect(released()).toMatchObject([
    {
      message: 'pool sip is halted no more: approved by thandi',
      data: { rollout: 'pool sip', pool: 'sip', why: 'approved by thandi' },
    },
  ]);
});
