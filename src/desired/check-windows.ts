/** The windows of the policy: their schedules, their pools, and that each says one thing. */

import { scheduleMistake } from '../model/schedule.ts';
import type { WindowSpec } from '../model/site-parts.ts';
import type { References } from './check-references.ts';
import type { Gathered, Placed } from './gather.ts';
import type { Report } from './report.ts';

export function checkWindows(gathered: Gathered, references: References, report: Report): void {
  for (const site of gathered.sound.Site.values()) {
    const names = new Map<string, number>();
    for (const [index, window] of (site.spec.policy?.windows ?? []).entries()) {
      const other = names.get(window.name);
      names.set(window.name, other ?? index);
      if (other !== undefined) {
        const place = report.place(site, ['spec', 'policy', 'windows', other, 'name']);
        const message = `window ${JSON.stringify(window.name)} is written twice; the other one is at ${place}`;
        const hint = 'Rename or delete one of the two.';
        report.at(site, [...at(index), 'name'], { code: 'duplicate', message, hint });
      }
      checkKind(site, index, window, report);
      checkSchedule(site, index, window, report);
      for (const [place, pool] of (window.pools ?? []).entries()) {
        references.document(site, [...at(index), 'pools', place], 'Pool', pool);
      }
    }
  }
}

function at(index: number): (string | number)[] {
  return ['spec', 'policy', 'windows', index];
}

function checkKind(site: Placed<'Site'>, index: number, { name, allow, deny }: WindowSpec, report: Report) {
  if ((allow === undefined) !== (deny === undefined)) return;
  const both = allow !== undefined;
  const message = both
    ? `window ${JSON.stringify(name)} both allows and denies`
    : `window ${JSON.stringify(name)} neither allows nor denies anything`;
  const hint = both
    ? 'Write two windows, one with `allow` and one with `deny`.'
    : 'Add `allow: [install]`, or `deny: [install]`.';
  report.at(site, [...at(index), both ? 'deny' : 'name'], {
    ...{ code: 'schema', message, hint },
    part: both ? 'key' : 'value',
  });
}

function checkSchedule(site: Placed<'Site'>, index: number, { schedule }: WindowSpec, report: Report): void {
  // What has not five fields has been said; a zone that is not known is a problem of its own.
  if (schedule.split(' ').length !== 5) return;
  const mistake = scheduleMistake(schedule, 'Etc/UTC');
  if (mistake === null) return;
  const message = `${JSON.stringify(schedule)} is no schedule: ${mistake}`;
  const hint =
    'Write minute, hour, day of month, month, day of week: `0 22 * * 1-5` is 22:00 from Monday to Friday.';
  report.at(site, [...at(index), 'schedule'], { code: 'schema', message, hint });
}
