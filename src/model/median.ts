/** Of two in the middle the greater one: a value that was really there. Null of none. Takes them in any order. */
export function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}
