/** How long ago, or how soon: used by the server for the first rendering and by the page to keep it true. */

const STEPS = [
  [60_000, 1_000, 's'],
  [3_600_000, 60_000, 'min'],
  [172_800_000, 3_600_000, 'h'],
  [Number.POSITIVE_INFINITY, 86_400_000, 'd'],
];

/** `ms` from now: negative for the past. `5 min ago`, `in 12 s`, `now`. */
export function relative(ms) {
  const distance = Math.abs(ms);
  if (distance < 1_000) return 'now';
  const [, size, unit] = STEPS.find(([below]) => distance < below);
  const amount = `${Math.floor(distance / size)} ${unit}`;
  return ms < 0 ? `${amount} ago` : `in ${amount}`;
}
