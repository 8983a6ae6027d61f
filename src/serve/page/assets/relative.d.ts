/** `ms` from now: negative for the past. `5 min ago`, `in 12 s`, `now`. */
export function relative(ms: number): string;
