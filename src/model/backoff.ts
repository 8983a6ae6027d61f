/** The pause after round n of requests to one server, ms: doubled with each, from half to all of it. `random` in [0, 1) spreads many clients. */
export function spreadPause(round: number, firstPause: number, random: number): number {
  return Math.round(firstPause * 2 ** (round - 1) * (0.5 + random / 2));
}
