/** The windows of the policy: what they let begin at a time, and until when. Pure. */

import type { Policy, Window } from '../model/desired.ts';
import type { Hold } from '../model/plan.ts';
import { nextStart } from '../model/schedule.ts';
import type { WindowEffect } from '../model/site-parts.ts';
import { hold, sayTime } from './hold.ts';

export interface Opening {
  isOpen: boolean;
  /** Until when that is so at least, ms since the epoch; null for ever. */
  until: number | null;
}

/** What was found for a window last, and from when on it holds: thousands of nodes ask for the same minute. */
const found = new WeakMap<Window, Opening & { from: number }>();

/** Whether a window is open at `now`, ms since the epoch; its end is open to others, its start its own. */
export function openingOf(window: Window, now: number): Opening {
  const known = found.get(window);
  if (known && known.from <= now && (known.until === null || now < known.until)) return known;
  const opening = { ...lookUp(window, now), from: now };
  found.set(window, opening);
  return opening;
}

/** More starts that overlap than this are looked at again when their end is near. */
const MOST_STARTS = 64;

function lookUp({ schedule, timezone, duration }: Window, now: number): Opening {
  const next = (after: number) => nextStart(schedule, timezone, after);
  let start = next(now - duration);
  if (start === null || start > now) return { isOpen: false, until: start };
  for (let i = 0; i < MOST_STARTS; i++) {
    const later = next(start);
    if (later === null || later > start + duration) break;
    start = later;
  }
  return { isOpen: true, until: start + duration };
}

/** Why nothing of that kind begins now on a node of the pool; null when it may. A window that denies is stronger. */
export function windowHold(
  { windows }: Pick<Policy, 'windows'>,
  pool: string,
  effect: WindowEffect,
  now: number,
): Hold | null {
  const mine = windows.filter((w) => w.effects.includes(effect) && (w.pools?.includes(pool) ?? true));
  const denying = mine.filter((window) => window.kind === 'deny' && openingOf(window, now).isOpen);
  const last = farthest(denying, now);
  if (last) {
    const { window, until } = last;
    const why = `window "${window.name}" keeps it back until ${sayTime(until, window.timezone)}`;
    return hold('window', why, false, until);
  }
  const allowing = mine.filter(({ kind }) => kind === 'allow');
  if (allowing.length === 0 || allowing.some((window) => openingOf(window, now).isOpen)) return null;
  const first = nearest(allowing, now);
  const opens = first
    ? `"${first.window.name}" opens ${sayTime(first.until, first.window.timezone)}`
    : `${allowing.map(({ name }) => `"${name}"`).join(', ')} does not open any more`;
  return hold('window', `outside its windows: ${opens}`, false, first?.until ?? null);
}

interface Boundary {
  window: Window;
  until: number;
}

function boundaries(windows: readonly Window[], now: number): Boundary[] {
  return windows.flatMap((window) => {
    const { until } = openingOf(window, now);
    return until === null ? [] : [{ window, until }];
  });
}

function farthest(windows: readonly Window[], now: number): Boundary | null {
  return boundaries(windows, now).reduce<Boundary | null>((a, b) => (a && a.until >= b.until ? a : b), null);
}

function nearest(windows: readonly Window[], now: number): Boundary | null {
  return boundaries(windows, now).reduce<Boundary | null>((a, b) => (a && a.until <= b.until ? a : b), null);
}
