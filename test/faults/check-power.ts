/** Promises 8 and 9: a power command leaves on what was read, and is never repeated blindly. */

import { entriesOf } from '../../src/lab/history.ts';
import type { Event } from '../../src/model/event.ts';
import type { Breach, Evidence } from './evidence.ts';

export function checkPower(evidence: Evidence): Breach[] {
  return [...evidence.histories].flatMap(([node, history]) => {
    const events = evidence.events.filter((event) => event.node === node);
    const breaches = checkIntents(events, evidence.settle);
    const intents = events.filter(
      (event) => event.reason === 'PowerIntent' && event.data.op !== 'next-boot-pxe',
    ).length;
    const arrived = entriesOf(history, 'power').length;
    if (arrived > intents) {
      const text = `its BMC got ${arrived} power commands, and the journal knows of ${intents}`;
      breaches.push({ promise: 8, text });
    }
    return breaches.map((breach) => ({ ...breach, node }));
  });
}

interface Sent {
  op: string;
  time: number;
  /** The power was read since. */
  read: boolean;
}

function checkIntents(events: readonly Event[], settle: number): Omit<Breach, 'node'>[] {
  const breaches: Omit<Breach, 'node'>[] = [];
  let power: 'on' | 'off' | 'unknown' = 'unknown';
  let last: Sent | undefined;
  for (const event of events) {
    if (event.reason === 'NodeFound' || event.reason === 'BmcUnreachable') power = 'unknown';
    if (event.reason === 'PowerObserved') {
      power = event.data.state;
      if (last) last.read = true;
    }
    if (event.reason !== 'PowerIntent' || event.data.op === 'next-boot-pxe') continue;
    const { op } = event.data;
    const needed = op === 'on' ? 'off' : 'on';
    if (power !== needed) {
      const promise = power === 'unknown' ? 9 : 8;
      breaches.push({
        promise,
        text: `"${op}" was sent while its power was last read as ${power} (event ${event.id})`,
      });
    }
    const isHard = op === 'on' || op === 'off';
    if (isHard && last?.op === op && !last.read && event.time - last.time < settle) {
      const ms = event.time - last.time;
      breaches.push({
        promise: 8,
        text: `"${op}" was repeated after ${ms} ms without a reading (event ${event.id})`,
      });
    }
    last = { op, time: event.time, read: false };
  }
  return breaches;
}
