/** Shapes of the journal's events: what each reason tells. */

import type { Reason } from '../../model/event.ts';
import { BUILT_WITH } from './parts.ts';
import {
  COUNT,
  DURATION,
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
import { SITE_EVENTS } from './site-events.ts';
import { COMMAND, PHASE, POWER, POWER_ERROR, RUNG, SWITCHED } from './words.ts';

const NOTHING = fields({});
const WHY = fields({ why: TEXT });
const OF_INSTALL = { installId: TEXT };
const DECLARED = fields({ profile: TEXT, generation: COUNT });

/** What is told of a node. */
const NODE_EVENTS = {
  NodeFound: DECLARED,
  NodeAdopted: fields({ record: ref('InstallRecord') }),
  NodeReleased: NOTHING,
  BaselineMoved: DECLARED,
  InstallWanted: fields({ target: ref('InstallTarget') }),
  InstallUnwanted: WHY,
  InstallApproved: fields({ digest: maybe(TEXT), why: TEXT }),
  ApprovalExpired: fields({ by: TEXT, at: TIME }),
  PhaseEntered: fields({ phase: PHASE, from: PHASE, waitingFor: TEXT, deadline: maybe(TIME) }),
  AttemptStarted: fields({ attempt: COUNT, ...OF_INSTALL, target: ref('InstallTarget') }),
  AttemptFailed: fields({
    ...{ attempt: COUNT, why: TEXT, retryAt: maybe(TIME) },
    missing: said(RUNG, 'The evidence that did not come.'),
  }),
  Disarmed: fields({ ...OF_INSTALL, why: TEXT }),
  InstallSettled: fields(
    {
      ...{ record: ref('InstallRecord'), durationMs: DURATION },
      ...BUILT_WITH,
      images: list(ref('RequiredImage')),
    },
    [...Object.keys(BUILT_WITH), 'images'],
  ),
  Configured: fields(BUILT_WITH),
  Stuck: WHY,
  RetryRequested: NOTHING,
  Paused: fields({ why: TEXT, until: maybe(TIME) }),
  Resumed: NOTHING,
  PowerHeld: fields({ state: SWITCHED, until: TIME, why: TEXT }),
  PowerHoldEnded: NOTHING,
  CycleRequested: WHY,
  CycleDone: NOTHING,
  Waiting: fields({ waitingFor: TEXT, until: maybe(TIME) }),
  PowerIntent: fields({ op: COMMAND }),
  PowerResult: fields({ op: COMMAND, outcome: oneOf('accepted', 'failed'), error: maybe(POWER_ERROR) }),
  PowerObserved: fields({ state: POWER, previous: POWER }),
  BmcUnreachable: fields({ kind: POWER_ERROR }),
  BmcReachable: fields({ unreachableSince: TIME }),
  DhcpSeen: fields({
    kind: oneOf('offer', 'ack', 'tftp', 'refused'),
    ...{ mac: TEXT, address: TEXT, pxe: YES_OR_NO, detail: TEXT },
  }),
  BootScriptServed: fields({ answer: oneOf('installer', 'local-disk'), address: TEXT }),
  AnswersServed: fields({ ...OF_INSTALL, address: TEXT, key: said(TEXT, 'Name of the key.') }, ['key']),
  InstallProgress: fields({ ...OF_INSTALL, step: TEXT, percent: maybe({ type: 'number' }) }),
  InstallCompleted: fields(OF_INSTALL),
  InstallFailed: fields({ ...OF_INSTALL, why: TEXT }),
  SshChecked: fields({ ...OF_INSTALL, hostKey: TEXT }),
  Reported: fields(
    {
      ...{ record: maybe(ref('InstallRecord')), configDigest: maybe(TEXT) },
      ...{ stacks: list(ref('StackReport')), facts: table(TEXT), boot: YES_OR_NO },
      verified: said(YES_OR_NO, 'Signed with the key of its install.'),
    },
    ['verified'],
  ),
} as const;

/** A reason that is missing here does not compile. */
export const EVENT_DATA: Readonly<Record<Reason, Shape>> = { ...SITE_EVENTS, ...NODE_EVENTS };

/** What the journal adds. */
const PLACE = {
  ...{ id: COUNT, time: { type: 'integer' }, phase: maybe(PHASE), attempt: maybe(COUNT) },
};

export const EVENT: Shape = {
  description: [
    'What was wanted, seen, done or waited for. `reason` says what `data` holds, and `message` says it to a person.',
    '`id` ascends without gaps; `time` is in ms since the epoch; `node` is null for the site, `phase` and `attempt` are those of',
    'the node after the event; `commit` is the one that it was done for; `actor` is `daemon`, `node`, `git`, or a person.',
  ].join(' '),
  discriminator: { propertyName: 'reason' },
  oneOf: Object.entries(EVENT_DATA).map(([reason, data]) => ({
    title: reason,
    ...fields({
      ...PLACE,
      node: maybe(TEXT),
      reason: { type: 'string', const: reason },
      message: TEXT,
      commit: maybe(TEXT),
      actor: TEXT,
      data,
    }),
  })),
};
