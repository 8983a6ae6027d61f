import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** As the one disk of a machine. */
export function one(file: string): Map<string, string> {
  return new Map([['DISK1', file]]);
}

/** Neither a boot sector nor a partition table. */
export function expectNothingToBoot(disk: string): void {
  const first = readFileSync(disk).subarray(0, 1 << 20);
  expect(first.every((byte) => byte === 0)).toBe(true);
}
