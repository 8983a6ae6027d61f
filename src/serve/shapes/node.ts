/** Shapes of what is told of one node. */

import { CONDITION_TYPES } from '../../model/condition.ts';
import {
  COUNT,
  fields,
  list,
  maybe,
  oneOf,
  ref,
  type Shape,
  said,
  TEXT,
  TIME,
  table,
  YES_OR_NO,
} from './shape.ts';
import { COMMAND, PHASE, POWER, POWER_ERROR } from './words.ts';

const BMC = maybe(fields({ reachable: YES_OR_NO, kind: maybe(POWER_ERROR), message: TEXT, since: TIME }));
const PAUSE = maybe(fields({ why: TEXT, until: maybe(TIME), by: TEXT }));
const PROGRESS = maybe(fields({ step: TEXT, percent: maybe({ type: 'number' }), at: TIME }));

export const NODE_SHAPES: Readonly<Record<string, Shape>> = {
  Condition: fields({
    type: oneOf(...CONDITION_TYPES),
    status: oneOf('True', 'False', 'Unknown'),
    ...{ reason: TEXT, message: TEXT, lastTransitionTime: maybe(TIME), observedGeneration: COUNT },
  }),
  NodeView: fields(
    {
      ...{ name: TEXT, pool: TEXT, labels: table(TEXT) },
      desired: fields({
        power: oneOf('on', 'off', 'unmanaged'),
        ...{ profile: TEXT, generation: COUNT, protected: maybe(said(TEXT, 'Why.')) },
        paused: maybe(fields({ reason: TEXT, until: maybe(TIME) })),
        ...{ bmc: maybe(said(TEXT, 'Its URL.')), mac: TEXT, address: maybe(TEXT) },
        firmware: oneOf('uefi', 'bios'),
        source: said(TEXT, '`file:line` of the node.'),
      }),
      ...{ phase: PHASE, phaseSince: TIME },
      waitsFor: said(TEXT, 'Empty when it waits for nothing.'),
      deadline: maybe(TIME),
      next: said(TEXT, 'What happens then; empty when nothing is to come.'),
      ...{ power: POWER, powerAt: maybe(TIME), bmc: BMC },
      attempt: maybe(
        fields({ n: COUNT, of: COUNT, startedAt: TIME, target: ref('InstallTarget'), progress: PROGRESS }),
      ),
      want: said(maybe(ref('InstallTarget')), 'The install that is asked for.'),
      record: said(maybe(ref('InstallRecord')), 'What it carries.'),
      ...{ stacks: list(ref('StackReport')), facts: table(TEXT), reportedAt: maybe(TIME), pause: PAUSE },
      powerHold: maybe(ref('PowerHold')),
      conditions: list(ref('Condition')),
      actions: said(list(ref('Action')), 'What the plan says of it.'),
    },
    ['powerHold'],
  ),
  Attempt: fields(
    {
      ...{ n: COUNT, installId: TEXT, target: ref('InstallTarget'), startedAt: TIME, armed: YES_OR_NO },
      ...{ confirmedOffAt: maybe(TIME), nextBootSetAt: maybe(TIME), confirmedOnAt: maybe(TIME) },
      ...{ scriptAt: maybe(TIME), answersAt: maybe(TIME), answersFetches: COUNT, address: maybe(TEXT) },
      ...{ progress: PROGRESS, completedAt: maybe(TIME), failed: maybe(TEXT), reportedAt: maybe(TIME) },
      sshAt: maybe(TIME),
    },
    ['sshAt'],
  ),
  NodeState: fields(
    {
      ...{ name: TEXT, phase: PHASE, phaseSince: TIME, deadline: maybe(TIME), waitingFor: TEXT },
      baseline: fields({ profile: TEXT, generation: COUNT }),
      want: maybe(ref('InstallTarget')),
      approved: maybe(fields({ by: TEXT, at: TIME, digest: maybe(TEXT) })),
      expired: maybe(fields({ by: TEXT, at: TIME })),
      failed: maybe(fields({ commit: TEXT, at: TIME })),
      ...{ attempt: maybe(ref('Attempt')), attemptsUsed: COUNT, retryAt: maybe(TIME) },
      record: maybe(ref('InstallRecord')),
      signs: maybe(fields({ installId: TEXT, key: said(TEXT, 'Name of the key.') })),
      ...{ known: YES_OR_NO, configDigest: maybe(TEXT), stacks: list(ref('StackReport')) },
      ...{ facts: table(TEXT), reportedAt: maybe(TIME), power: POWER, powerAt: maybe(TIME), bmc: BMC },
      command: maybe(
        fields({ op: COMMAND, at: TIME, result: oneOf('none', 'accepted', 'failed'), tries: COUNT }),
      ),
      ...{ pause: PAUSE, powerHold: maybe(ref('PowerHold')), stuck: maybe(TEXT) },
      ...{ cycle: maybe(fields({ by: TEXT, at: TIME, offAt: maybe(TIME) })), foundAt: TIME },
    },
    ['expired', 'failed', 'powerHold'],
  ),
  InstallerLogView: fields({ installId: TEXT, lines: list(TEXT) }),
  ServedFile: fields({ file: TEXT, text: said(TEXT, 'What is secret is masked.') }),
};
