/** Promises 6 and 7: the installer is handed out only to an armed attempt, and settled is what has reported so. */

import type { Event } from '../../src/model/event.ts';
import { type Breach, type Evidence, eventsOf } from './evidence.ts';

export function checkEvidence({ events, histories }: Pick<Evidence, 'events' | 'histories'>): Breach[] {
  return [...histories.keys()].flatMap((node) => {
    const own = events.filter((event) => event.node === node);
    return [...checkArmed(own), ...checkSettled(own)].map((breach) => ({ ...breach, node }));
  });
}

function checkArmed(events: readonly Event[]): Omit<Breach, 'node'>[] {
  const breaches: Omit<Breach, 'node'>[] = [];
  let armed: string | null = null;
  for (const event of events) {
    const breach = (text: string) =>
      void breaches.push({
        promise: 6,
        text: `${text}, and no attempt was armed for it (event ${event.id})`,
      });
    if (event.reason === 'AttemptStarted') armed = event.data.installId;
    if (DISARM.has(event.reason)) armed = null;
    if (event.reason === 'BootScriptServed' && event.data.answer === 'installer' && armed === null) {
      breach('was handed the installer');
    }
    if (event.reason === 'AnswersServed' && event.data.installId !== armed) breach('was handed answers');
  }
  return breaches;
}

const DISARM: ReadonlySet<string> = new Set(['Disarmed', 'AttemptFailed', 'NodeReleased', 'InstallSettled']);

function checkSettled(events: readonly Event[]): Omit<Breach, 'node'>[] {
  return eventsOf(events, 'InstallSettled').flatMap(({ id, data: { record } }) => {
    const told = eventsOf(events, 'Reported').some(
      (report) => report.id < id && report.data.record?.installId === record.installId,
    );
    const text = `was settled (event ${id}) without a report from that install`;
    return told ? [] : [{ promise: 7, text }];
  });
}
