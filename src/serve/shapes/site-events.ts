/** Shapes of what the journal's events tell of the site: its repository, its services, its images, its people. */

import { TOTALS } from './plan.ts';
import { COUNT, DURATION, fields, list, maybe, oneOf, ref, said, TEXT, TIME, YES_OR_NO } from './shape.ts';

const CODE = fields({ code: TEXT });
const CHANGE = fields({ from: TEXT, to: TEXT });
const OF_IMAGE = { image: TEXT, registry: TEXT, repository: TEXT };
const TAG = { ...OF_IMAGE, tag: TEXT, digest: TEXT };
const NUMBERS = list(COUNT);
const NAMES = list(TEXT);

const TRUST = fields({
  mode: oneOf('head', 'all'),
  keys: list(fields({ name: TEXT, kind: oneOf('openpgp', 'ssh'), text: said(TEXT, 'Public keys.') })),
  approvers: NAMES,
});

const REPOSITORY_EVENTS = {
  CommitAccepted: fields(
    {
      ...{ commit: ref('Commit'), previous: maybe(TEXT), nodes: COUNT, pullRequests: NUMBERS },
      plan: fields({ digest: TEXT, totals: TOTALS, held: COUNT }),
    },
    ['pullRequests'],
  ),
  PlanShown: fields({
    ...{ pullRequest: COUNT, url: TEXT, ref: TEXT, head: TEXT, tree: TEXT, digest: TEXT },
    ...{ destroys: NAMES, totals: TEXT },
  }),
  PlanDiffers: fields({ pullRequests: NUMBERS, shown: NAMES, digest: TEXT, more: NAMES, fewer: NAMES }),
  ReviewProblem: CODE,
  ReviewRecovered: fields({ since: TIME }),
  CommitRejected: fields({ commit: ref('Commit'), problems: list(ref('Problem')), total: COUNT }),
  HistoryRefused: CHANGE,
  HistoryAccepted: CHANGE,
  CommitUnverified: fields({
    ...{ commit: ref('Commit'), head: TEXT, found: TEXT },
    fault: oneOf(
      ...['unsigned', 'unknown-key', 'bad-signature', 'expired', 'revoked', 'malformed', 'no-program'],
    ),
  }),
  SignersTrusted: fields({ trust: maybe(TRUST), by: oneOf('commit', 'first-use') }),
  TrailerIgnored: fields({
    ...{ commit: ref('Commit'), digest: TEXT, plan: TEXT },
    fault: oneOf('not-configured', 'unverified', 'not-approver', 'expired', 'outdated', 'nothing-held'),
  }),
  GitUnreachable: CODE,
  GitReachable: fields({ unreachableSince: TIME }),
} as const;

const IMAGE_EVENTS = {
  ImageIntent: fields({ ...TAG, action: oneOf('build', 'copy', 'retag', 'prune') }),
  ImagePut: fields(
    { ...TAG, previous: maybe(TEXT), from: TEXT, bytes: COUNT, requiredBy: NAMES, key: TEXT },
    ['key'],
  ),
  ImageBuilding: fields({ ...OF_IMAGE, key: TEXT, tree: TEXT }),
  ImageBuilt: fields({ ...OF_IMAGE, key: TEXT, digest: TEXT, ms: DURATION }),
  ImageBuildFailed: fields({ image: TEXT, key: TEXT, code: TEXT, ms: DURATION }),
  ImageBuildLog: fields({ image: TEXT, key: TEXT, lines: NAMES, left: COUNT }),
  ImagePruneApproved: fields({ ...TAG, plan: TEXT, approval: TEXT, why: TEXT }),
  ImagePruned: fields(TAG),
  ImageProblem: fields({ image: TEXT, tag: maybe(TEXT), code: TEXT }),
  ImageDrift: fields({ image: TEXT, tag: TEXT, put: TEXT, found: maybe(TEXT) }),
  RegistryServed: fields({ registry: TEXT }),
  RegistryProblem: fields({ registry: TEXT, code: TEXT }),
  RegistryRefused: fields({ registry: TEXT, account: TEXT, address: TEXT }),
  RegistryRevoked: fields({ registry: TEXT, nodes: NAMES }),
  CollectionBegun: fields({ registry: TEXT }),
  CollectionDone: fields({
    ...{ registry: TEXT, manifests: COUNT, blobs: COUNT, bytes: maybe(COUNT), durationMs: DURATION },
  }),
  CollectionFailed: fields({ registry: TEXT, why: TEXT }),
} as const;

export const SITE_EVENTS = {
  DaemonStarted: fields({ version: TEXT }),
  DaemonStopped: fields({ signal: TEXT }),
  ...REPOSITORY_EVENTS,
  RolloutHalted: fields({ why: TEXT, pool: TEXT }, ['pool']),
  RolloutReleased: fields({ rollout: TEXT, pool: TEXT, why: TEXT }),
  PlanApproved: fields({ digest: TEXT, nodes: NAMES, why: TEXT }),
  DhcpProblem: CODE,
  DhcpApplied: fields({ change: oneOf('reloaded', 'restarted', 'recovered'), hosts: COUNT }),
  ...IMAGE_EVENTS,
  WebhooksServed: fields({ listen: TEXT }),
  WebhookProblem: fields({ listen: TEXT, code: oneOf('listen', 'secret') }),
  WebhookRefused: fields({ cause: TEXT, kind: maybe(TEXT), address: TEXT, count: COUNT }),
  NotificationSent: fields({ channel: TEXT, kind: TEXT, key: TEXT }),
  NotificationTested: fields({ channel: TEXT, ok: YES_OR_NO }),
  NotificationProblem: fields({ channel: TEXT, kind: TEXT, code: TEXT }),
  NotificationRecovered: fields({ channel: TEXT, since: TIME }),
  AccessRefused: fields({ what: oneOf('token', 'login'), address: TEXT, count: COUNT }),
  BootRefused: fields({
    what: oneOf('unknown-mac', 'bad-token', 'bad-signature', 'wrong-address', 'not-armed', 'malformed'),
    ...{ detail: TEXT, address: TEXT },
  }),
} as const;
