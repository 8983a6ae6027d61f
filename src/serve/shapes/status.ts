/** Shapes of what is told of the site as a whole. */

import { PHASES } from '../../model/phase.ts';
import {
  COUNT,
  DURATION,
  either,
  fields,
  list,
  maybe,
  oneOf,
  ref,
  type Shape,
  said,
  TEXT,
  TIME,
} from './shape.ts';

/** A part of the daemon: how it is, in one word and in one sentence. */
const part = (...states: readonly string[]) => ({ state: oneOf(...states), message: TEXT, since: TIME });

const COUNT_OR_SHARE = { type: ['integer', 'string'], description: 'A count, or `25%`.' };
const KINDS = oneOf('allow', 'deny');

export const STATUS_SHAPES: Readonly<Record<string, Shape>> = {
  GitView: fields({
    ...part('starting', 'ok', 'unreachable', 'bad-commit', 'unverified', 'rewritten'),
    head: said(maybe(TEXT), 'The newest commit seen on the branch.'),
    problems: list(ref('Problem')),
  }),
  ChannelView: fields({
    ...{ name: TEXT, kind: TEXT, ...part('ok', 'problem', 'untried') },
    ...{ toldAt: maybe(TIME), retryAt: maybe(TIME) },
  }),
  NotificationsView: fields({
    ...part('off', 'ok', 'problem'),
    channels: list(ref('ChannelView')),
    open: said(COUNT, 'Troubles that are open now.'),
  }),
  ChannelTest: fields({ channel: TEXT, kind: TEXT, ok: { type: 'boolean' }, answer: TEXT }),
  Window: fields({
    ...{ name: TEXT, schedule: said(TEXT, 'Cron of five fields.'), timezone: TEXT, duration: DURATION },
    kind: KINDS,
    effects: list(oneOf('install', 'power', 'configure')),
    pools: said(maybe(list(TEXT)), 'Null: every pool.'),
  }),
  SecretRef: said(
    either(fields({ env: TEXT }), fields({ file: TEXT }), fields({ sops: TEXT, key: TEXT })),
    'Where a secret is read from; never its value.',
  ),
  Policy: fields({
    ...{ power: oneOf('enforce', 'report'), installsAtOnce: COUNT, reinstallsPerCommit: COUNT },
    ...{ unavailablePerPool: COUNT_OR_SHARE, images: oneOf('enforce', 'report') },
    ...{ imageInterval: DURATION, prunesAtOnce: COUNT, collectInterval: DURATION, attempts: COUNT },
    ...{ sweepInterval: DURATION, reportInterval: DURATION, softOffGrace: DURATION, bmcGap: DURATION },
    sshCheck: maybe(fields({ user: TEXT, key: ref('SecretRef'), port: COUNT })),
    deadlines: fields({ arming: DURATION, booting: DURATION, restarting: DURATION }),
    ...{ windows: list(ref('Window')), approvalExpiry: DURATION },
  }),
  StatusView: fields({
    ...{ version: TEXT, startedAt: TIME, now: TIME, repository: TEXT },
    store: fields({ kind: oneOf('SQLite', 'Redis'), place: TEXT }),
    site: maybe(TEXT),
    inForce: said(maybe(ref('Commit')), 'The commit in force.'),
    ...{ inForceSince: maybe(TIME), git: ref('GitView') },
    dhcp: fields(part('off', 'starting', 'ok', 'problem')),
    registry: fields(part('off', 'starting', 'ok', 'collecting', 'problem')),
    review: fields({ ...part('off', 'ok', 'problem'), open: COUNT }),
    webhooks: fields({ ...part('off', 'starting', 'ok', 'problem'), heard: COUNT, refused: COUNT }),
    notifications: ref('NotificationsView'),
    ...{ policy: maybe(ref('Policy')), warnings: list(ref('Problem')), nodes: COUNT },
    phases: fields(Object.fromEntries(PHASES.map((phase) => [phase, COUNT]))),
    power: fields({ on: COUNT, off: COUNT, unknown: COUNT }),
    needApproval: said(COUNT, 'Nodes held until a person says so.'),
    halted: said(list(TEXT), 'A sentence for each rollout that has halted itself.'),
    sweep: fields({ lastAt: maybe(TIME), lastMs: maybe(DURATION), unreachable: COUNT }),
    bootUrl: TEXT,
    installerLogs: said(maybe(TEXT), "Why installers' logs are not taken."),
    offload: said(maybe(TEXT), 'Why nginx does not send the files of installers.'),
    lastEventId: COUNT,
  }),
};
