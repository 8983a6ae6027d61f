/** Ages and places in the few words of a plan. Pure. */

import type { Commit } from '../model/desired.ts';
import type { Cause, Plan } from '../model/plan.ts';

/** `12 s`, `5 min`, `3 h`, `2 d`, rounded down. Takes ms; a negative age, from a clock that went back, is none. */
export function sayAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `2026-11-27 07:10`, in UTC, for what is read in several zones. Takes ms since the epoch. */
export function sayMinute(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

/** Ten digits: enough to be told apart, and accepted by Git. */
export function shortCommit(id: string): string {
  return id.slice(0, 10);
}

/** What the plan knows of the machines, as the rest of a sentence. */
export function sayObserved({ observedSince }: Pick<Plan, 'observedSince'>, now: number): string {
  return observedSince === null ? 'nothing observed' : `observed ${sayAge(now - observedSince)} ago`;
}

/** `inventory/pools.yaml:12`, `inventory/nodes/n1.yaml:6 and 3 more places`; empty where nothing is known. */
export function sayPlaces(causes: readonly Cause[]): string {
  const places = new Set(causes.flatMap(({ source }) => (source ? [`${source.file}:${source.line}`] : [])));
  const [first = ''] = places;
  const more = places.size - 1;
  return more > 0 ? `${first} and ${more} more place${more === 1 ? '' : 's'}` : first;
}

/** The commits of the causes, each once. */
export function commitsOf(causes: readonly Cause[]): Commit[] {
  return [...new Map(causes.flatMap(({ commit }) => (commit ? [[commit.id, commit]] : []))).values()];
}
