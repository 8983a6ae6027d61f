/** Words that stand in several answers. Effects are the model's own list. */

import { EFFECTS } from '../../model/plan.ts';
import { oneOf, ref } from './shape.ts';

export const PHASE = ref('Phase');
export const EFFECT = oneOf(...EFFECTS);
export const POWER = oneOf('on', 'off', 'unknown');
export const SWITCHED = oneOf('on', 'off');
export const COMMAND = oneOf('on', 'off', 'soft-off', 'reset', 'next-boot-pxe');
export const POWER_ERROR = oneOf(
  ...['unreachable', 'timeout', 'busy', 'not-ready', 'auth', 'privilege', 'cipher'],
  ...['invalid-state', 'unsupported', 'not-confirmed', 'protocol'],
);
export const RUNG = oneOf(
  ...['power-off', 'boot-device', 'power-on', 'boot-script', 'answers'],
  ...['installed', 'first-boot', 'stacks', 'ssh'],
);
