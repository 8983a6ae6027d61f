/** How many streams one principal may have open at a time. */

import type { FastifyRequest } from 'fastify';
import { isLocal } from './limits.ts';

export interface Seats {
  /** Returns how to give it back; null where all are taken. */
  take(request: FastifyRequest): (() => void) | null;
}

export function createSeats(most: number): Seats {
  const taken = new Map<string, number>();
  return {
    take(request) {
      if (isLocal(request)) return () => undefined;
      const name = request.principal?.name ?? '';
      const now = taken.get(name) ?? 0;
      if (now >= most) return null;
      taken.set(name, now + 1);
      return () => {
        const left = (taken.get(name) ?? 1) - 1;
        if (left === 0) taken.delete(name);
        else taken.set(name, left);
      };
    },
  };
}
