/** The plan that a commit came into force with, in few words. Pure. */

import type { EventData } from '../model/event.ts';
import { type Paint, PLAIN } from './paint.ts';

/** `3 reinstall (DATA LOSS), 12 power; 2 held by a guard`. */
export function sayAccepted(
  { totals, held }: EventData['CommitAccepted']['plan'],
  paint: Paint = PLAIN,
): string {
  const { 'DESTROYS DISK': disks, power, 'in-place': inPlace, files } = totals;
  const counts: [count: number, text: string][] = [
    [disks, paint.danger(`${disks} reinstall (DATA LOSS)`)],
    [power, `${power} power`],
    [inPlace, `${inPlace} configured in place`],
    [files, `${files} files only`],
  ];
  const said = counts.flatMap(([count, text]) => (count > 0 ? [text] : []));
  const kept = held > 0 ? `; ${held} held by a guard` : '';
  return said.length === 0 ? 'nothing to do' : `${said.join(', ')}${kept}`;
}
