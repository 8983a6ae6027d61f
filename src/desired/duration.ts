/** Lengths of time as written in documents. */

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A timer of Node.js takes at most 2³¹-1 ms, a little under 25 days. */
const LONGEST = 24 * 86_400_000;

/** `500ms`, `30s`, `5m`, `2h`, `7d` in milliseconds; null when it is no such text, zero, or more than 24 days. */
export function parseDuration(text: string): number | null {
  const ms = parseAge(text);
  return ms !== null && ms <= LONGEST ? ms : null;
}

/** As `parseDuration`, however long: for what no timer is set to. */
export function parseAge(text: string): number | null {
  const match = /^([1-9][0-9]{0,9})(ms|s|m|h|d)$/.exec(text);
  if (!match) return null;
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
}
