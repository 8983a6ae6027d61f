import { expect, it } from 'vitest';
import { watchHalts } from '../../src/daemon/halts.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { T0 } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';
import { aState } from '../builders/state.ts';
import { untilTrue } from '../promises/scene.ts';

it('says once that a rollout has halted, also over a restart, and again when more have failed', async () => {
  const journal = openMemoryJournal({ clock: () => T0, states: [aState('n1').build()] });
  let halted: string[] = [];
  let looks = 0;
  const watch = () =>
    watchHalts({
      journal,
      halted: () => {
        looks += 1;
        return halted;
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
  halted = ['pool sip: n1, n2'];
  await fail();
  await fail();
  await watching.close();
  expect(told()).toEqual(halted);

  watching = watch();
  await fail();
  halted = ['pool sip: n1…n3'];
  await fail();
  await watching.close();
  expect(told()).toEqual(['pool sip: n1, n2', 'pool sip: n1…n3']);
});
