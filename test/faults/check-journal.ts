/** Promises 4, 8 and 10: which commits came into force, what the log must not show, and that every event is whole. */

import type { Breach, Evidence } from './evidence.ts';
import { eventsOf } from './evidence.ts';
import type { Ledger } from './ledger.ts';

/** Only good commits that follow the one before, or that a person accepted, come into force. */
export function checkCommits({ events }: Pick<Evidence, 'events'>, ledger: Ledger): Breach[] {
  const allowed = new Set(eventsOf(events, 'HistoryAccepted').map(({ data }) => data.to));
  let before: string | null = null;
  const breaches: Breach[] = [];
  for (const { data } of eventsOf(events, 'CommitAccepted')) {
    const { id } = data.commit;
    const say = (promise: number, text: string) =>
      void breaches.push({ promise, node: null, text: `commit ${id.slice(0, 10)} came into force, ${text}` });
    if (ledger.of(id).wish.broken !== null) say(4, 'and is a bad one');
    if (before !== null && !ledger.follows(id, before) && !allowed.has(id)) {
      say(2, `does not follow ${before.slice(0, 10)}, and nobody accepted that`);
    }
    before = id;
  }
  return breaches;
}

export function checkEvents({ events }: Pick<Evidence, 'events'>): Breach[] {
  const breaches: Breach[] = [];
  let last = { id: 0, time: 0 };
  for (const { id, time, message, reason, node } of events) {
    const say = (text: string) =>
      void breaches.push({ promise: 8, node, text: `event ${id} (${reason}) ${text}` });
    if (id !== last.id + 1) say(`comes after event ${last.id}`);
    if (!(time >= last.time) || time <= 0) say('has no time, or one before the last');
    if (message.trim() === '') say('has no message');
    last = { id, time };
  }
  return breaches;
}

/** Defects are errors in the log, whatever else went well. */
export function checkLog(log: readonly string[]): Breach[] {
  return log.flatMap((line) => {
    const { level, reason } = JSON.parse(line) as { level: number; reason?: string };
    const isDefect = level >= 50 || reason === 'Defect';
    return isDefect ? [{ promise: 8, node: null, text: `the log says: ${line.slice(0, 1500)}` }] : [];
  });
}

/** `texts`: where no secret may show, by name. The secret itself is not said again. */
export function checkSecrets(secrets: ReadonlySet<string>, texts: ReadonlyMap<string, string>): Breach[] {
  return [...texts].flatMap(([where, text]) =>
    [...secrets]
      .filter((secret) => secret !== '' && text.includes(secret))
      .map((secret) => ({
        promise: 10,
        node: null,
        text: `a secret (${secret.slice(0, 3)}…) stands in the ${where}`,
      })),
  );
}
