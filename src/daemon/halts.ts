/** A rollout that has halted itself is said once, in the journal: what follows from states alone has no event of its own. */

import type { Event } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import { debounce } from './loops.ts';

interface Ports {
  journal: Journal;
  /** A sentence for each; see StatusView. */
  halted(): readonly string[];
  onError(error: unknown): void;
}

/** What fails together is said together. */
const GATHER = 50;
/** So many are remembered over a restart. */
const REMEMBERED = 100;

export function watchHalts({ journal, halted, onError }: Ports): { close(): Promise<void> } {
  const before = journal.read({ reasons: ['RolloutHalted'], limit: REMEMBERED });
  let said = new Set(before.map(({ message }) => message));
  let saying: Promise<unknown> = Promise.resolve();
  const look = debounce(() => {
    const now = halted();
    const news = now.filter((why) => !said.has(why));
    said = new Set(now);
    if (news.length > 0) saying = journal.append(news.map(haltedEvent)).catch(onError);
  }, GATHER);
  const unsubscribe = journal.subscribe((events) => {
    if (events.some(mayHalt)) look.call();
  });
  return {
    async close() {
      unsubscribe();
      look.close();
      await saying;
    },
  };
}

function mayHalt({ reason, node }: Event): boolean {
  return node !== null && (reason === 'AttemptFailed' || reason === 'Stuck');
}

function haltedEvent(why: string) {
  return {
    ...{ node: null, commit: null, actor: 'daemon', reason: 'RolloutHalted' as const },
    ...{ message: why, data: { why } },
  };
}
