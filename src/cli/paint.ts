import { styleText } from 'node:util';
import type { Phase } from '../model/phase.ts';
import { type Paint, PLAIN } from '../plan/paint.ts';
import type { Context } from './context.ts';

/** Colours on a terminal that has them and where NO_COLOR (https://no-color.org) is not set. */
export function paintFor({ isTTY, env }: Pick<Context, 'isTTY' | 'env'>): Paint {
  return isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb' ? COLOURS : PLAIN;
}

const COLOURS: Paint = {
  strong: (text) => styleText('bold', text, { validateStream: false }),
  faint: (text) => styleText('dim', text, { validateStream: false }),
  danger: (text) => styleText(['bold', 'red'], text, { validateStream: false }),
  warning: (text) => styleText('yellow', text, { validateStream: false }),
  good: (text) => styleText('green', text, { validateStream: false }),
};

/** Marks a phase by how much it wants a person. */
export function phasePaint(paint: Paint, phase: Phase): (text: string) => string {
  if (phase === 'stuck') return paint.danger;
  if (phase === 'settled') return paint.good;
  return phase === 'held' ? paint.warning : paint.strong;
}
