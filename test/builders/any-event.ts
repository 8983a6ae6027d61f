/** Arbitrary events of every reason, for properties. The table's type holds it together with the union. */

import fc from 'fast-check';
import type { EventData, InstallRecord, InstallTarget, NewEvent, Reason } from '../../src/model/event.ts';
import { PHASES } from '../../src/model/phase.ts';
import type { Problem } from '../../src/model/problem.ts';
import { anEvent, NOTHING_PLANNED } from './event.ts';

type AnyData = { [R in Reason]: fc.Arbitrary<EventData[R]> };

const text = fc.string({ unit: 'binary', maxLength: 12 });
const id = fc.constantFrom('i1', 'i2', 'i3');
const time = fc.nat();
const count = fc.nat(9);
const profile = fc.constantFrom('base', 'docker', 'ceph');
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
const nothing = fc.constant<Record<string, never>>({});
const source = fc.record({ file: text, line: count, column: count });
const op = fc.constantFrom('on', 'off', 'soft-off', 'reset', 'next-boot-pxe');
const powerState = fc.constantFrom('on', 'off', 'unknown');
const errorKind = fc.constantFrom('unreachable', 'timeout', 'busy', 'auth', 'protocol');
const anyRecord: fc.Arbitrary<InstallRecord> = fc.record({
  installId: id,
  profile,
  generation: count,
  installDigest: text,
  commit: text,
});
const anyCommit = fc.record({ id: text, author: text, email: text, time, subject: text });
const anyTarget: fc.Arbitrary<InstallTarget> = fc.record({
  profile,
  generation: count,
  commit: text,
  asked: anyCommit,
  cause: source,
  change: text,
  together: count,
  first: fc.boolean(),
});
const anyProblem: fc.Arbitrary<Problem> = fc.record({
  code: fc.constantFrom('syntax', 'schema', 'empty'),
  severity: fc.constantFrom('error', 'warning'),
  file: text,
  line: count,
  column: count,
  message: text,
});
const anyStack = fc.record(
  { name: text, state: fc.constantFrom('ok', 'failed', 'running'), message: text },
  { requiredKeys: ['name', 'state'], noNullPrototype: true },
);

const anyBuiltWith = {
  pool: text,
  configDigest: maybe(text),
  stacks: fc.array(text, { maxLength: 2 }),
  hardware: maybe(text),
};

const anyPlace = { image: text, registry: text, repository: text, tag: text };

const anyData: AnyData = {
  DaemonStarted: fc.record({ version: text }),
  DaemonStopped: fc.record({ signal: text }),
  CommitAccepted: fc.record({
    commit: anyCommit,
    previous: maybe(text),
    nodes: count,
    plan: fc.record({ digest: text, totals: fc.constant(NOTHING_PLANNED.totals), held: count }),
  }),
  PlanShown: fc.record({
    ...{ pullRequest: count, url: text, ref: text, head: text, tree: text, digest: text, totals: text },
    destroys: fc.array(text, { maxLength: 3 }),
  }),
  PlanDiffers: fc.record({
    pullRequests: fc.array(count, { maxLength: 2 }),
    shown: fc.array(text, { maxLength: 2 }),
    digest: text,
    more: fc.array(text, { maxLength: 2 }),
    fewer: fc.array(text, { maxLength: 2 }),
  }),
  ReviewProblem: fc.record({ code: text }),
  ReviewRecovered: fc.record({ since: time }),
  CommitRejected: fc.record({
    commit: anyCommit,
    problems: fc.array(anyProblem, { maxLength: 3 }),
    total: count,
  }),
  HistoryRefused: fc.record({ from: text, to: text }),
  HistoryAccepted: fc.record({ from: text, to: text }),
  CommitUnverified: fc.record({
    commit: anyCommit,
    head: text,
    fault: fc.constantFrom('unsigned', 'unknown-key'),
    found: text,
  }),
  TrailerIgnored: fc.record({
    commit: anyCommit,
    digest: text,
    fault: fc.constantFrom('unverified', 'outdated'),
    plan: text,
  }),
  SignersTrusted: fc.record({
    trust: maybe(
      fc.record({
        mode: fc.constantFrom('head', 'all'),
        keys: fc.array(fc.record({ name: text, kind: fc.constantFrom('ssh', 'openpgp'), text }), {
          maxLength: 2,
        }),
        approvers: fc.array(text, { maxLength: 2 }),
      }),
    ),
    by: fc.constantFrom('commit', 'first-use'),
  }),
  GitUnreachable: fc.record({ code: text }),
  GitReachable: fc.record({ unreachableSince: time }),
  RolloutHalted: fc.record({ why: text, pool: text }),
  RolloutReleased: fc.record({ rollout: text, pool: text, why: text }),
  PlanApproved: fc.record({ digest: text, nodes: fc.array(text, { maxLength: 3 }), why: text }),
  DhcpProblem: fc.record({ code: text }),
  DhcpApplied: fc.record({ change: fc.constantFrom('reloaded', 'restarted', 'recovered'), hosts: count }),
  ImageIntent: fc.record({
    ...anyPlace,
    action: fc.constantFrom('build', 'copy', 'retag', 'prune'),
    digest: text,
  }),
  ImagePut: fc.record({
    ...anyPlace,
    digest: text,
    previous: maybe(text),
    from: text,
    bytes: count,
    requiredBy: fc.array(text, { maxLength: 2 }),
  }),
  ImageBuilding: fc.record({ image: text, registry: text, repository: text, key: text, tree: text }),
  ImageBuilt: fc.record({
    image: text,
    registry: text,
    repository: text,
    key: text,
    digest: text,
    ms: count,
  }),
  ImageBuildFailed: fc.record({ image: text, key: text, code: text, ms: count }),
  ImageBuildLog: fc.record({ image: text, key: text, lines: fc.array(text, { maxLength: 3 }), left: count }),
  ImagePruneApproved: fc.record({ ...anyPlace, digest: text, plan: text, approval: text, why: text }),
  ImagePruned: fc.record({ ...anyPlace, digest: text }),
  ImageProblem: fc.record({ image: text, tag: maybe(text), code: text }),
  ImageDrift: fc.record({ image: text, tag: text, put: text, found: maybe(text) }),
  DhcpSeen: fc.record({
    kind: fc.constantFrom('offer', 'ack', 'tftp', 'refused'),
    mac: text,
    address: text,
    pxe: fc.boolean(),
    detail: text,
  }),
  RegistryServed: fc.record({ registry: text }),
  RegistryProblem: fc.record({ registry: text, code: text }),
  RegistryRefused: fc.record({ registry: text, account: text, address: text }),
  WebhooksServed: fc.record({ listen: text }),
  WebhookProblem: fc.record({ listen: text, code: fc.constantFrom('listen' as const, 'secret' as const) }),
  AccessRefused: fc.record({
    what: fc.constantFrom('token' as const, 'login' as const),
    address: text,
    count,
  }),
  WebhookRefused: fc.record({ cause: text, kind: fc.option(text), address: text, count }),
  NotificationSent: fc.record({ channel: text, kind: text, key: text }),
  NotificationTested: fc.record({ channel: text, ok: fc.boolean() }),
  NotificationProblem: fc.record({ channel: text, kind: text, code: text }),
  NotificationRecovered: fc.record({ channel: text, since: count }),
  RegistryRevoked: fc.record({ registry: text, nodes: fc.array(text, { maxLength: 2 }) }),
  CollectionBegun: fc.record({ registry: text }),
  CollectionDone: fc.record({
    ...{ registry: text, manifests: count, blobs: count },
    ...{ bytes: maybe(count), durationMs: count },
  }),
  CollectionFailed: fc.record({ registry: text, why: text }),
  BootRefused: fc.record({
    what: fc.constantFrom(
      'unknown-mac',
      'bad-token',
      'bad-signature',
      'wrong-address',
      'not-armed',
      'malformed',
    ),
    detail: text,
    address: text,
  }),
  NodeFound: fc.record({ profile, generation: count }),
  NodeAdopted: fc.record({ record: anyRecord }),
  NodeReleased: nothing,
  BaselineMoved: fc.record({ profile, generation: count }),
  InstallWanted: fc.record({ target: anyTarget }),
  InstallUnwanted: fc.record({ why: text }),
  InstallApproved: fc.record({ digest: maybe(text), why: text }),
  ApprovalExpired: fc.record({ by: text, at: time }),
  PhaseEntered: fc.record({
    phase: fc.constantFrom(...PHASES),
    from: fc.constantFrom(...PHASES),
    waitingFor: text,
    deadline: maybe(time),
  }),
  AttemptStarted: fc.record({ attempt: count, installId: id, target: anyTarget }),
  AttemptFailed: fc.record({
    attempt: count,
    why: text,
    missing: fc.constantFrom('power-off', 'boot-script', 'answers', 'stacks'),
    retryAt: maybe(time),
  }),
  Disarmed: fc.record({ installId: id, why: text }),
  InstallSettled: fc.record(
    {
      record: anyRecord,
      durationMs: time,
      images: fc.array(fc.record({ image: text, repository: text, tag: text, digest: text }), {
        maxLength: 2,
      }),
      ...anyBuiltWith,
    },
    { requiredKeys: ['record', 'durationMs'] },
  ),
  Configured: fc.record(anyBuiltWith),
  Stuck: fc.record({ why: text }),
  RetryRequested: nothing,
  Paused: fc.record({ why: text, until: maybe(time) }),
  PowerHeld: fc.record({ state: fc.constantFrom('on', 'off'), until: time, why: text }),
  PowerHoldEnded: nothing,
  Resumed: nothing,
  CycleRequested: fc.record({ why: text }),
  CycleDone: nothing,
  Waiting: fc.record({ waitingFor: text, until: maybe(time) }),
  PowerIntent: fc.record({ op }),
  PowerResult: fc.record({ op, outcome: fc.constantFrom('accepted', 'failed'), error: maybe(errorKind) }),
  PowerObserved: fc.record({ state: powerState, previous: powerState }),
  BmcUnreachable: fc.record({ kind: errorKind }),
  BmcReachable: fc.record({ unreachableSince: time }),
  BootScriptServed: fc.record({ answer: fc.constantFrom('installer', 'local-disk'), address: text }),
  AnswersServed: fc.record({ installId: id, address: text, key: text }),
  InstallProgress: fc.record({ installId: id, step: text, percent: maybe(fc.nat(100)) }),
  InstallCompleted: fc.record({ installId: id }),
  InstallFailed: fc.record({ installId: id, why: text }),
  SshChecked: fc.record({ installId: id, hostKey: text }),
  Reported: fc.record({
    record: maybe(anyRecord),
    configDigest: maybe(text),
    stacks: fc.array(anyStack, { maxLength: 3 }),
    facts: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
    boot: fc.boolean(),
    verified: fc.boolean(),
  }),
};

/** Any event, of the site or of one of the nodes; few nodes and installs, so that events meet. */
export function anyEvent(nodes: readonly string[]): fc.Arbitrary<NewEvent> {
  const reasons = Object.keys(anyData) as Reason[];
  return fc.constantFrom(...reasons).chain((reason) =>
    fc
      .record({
        node: fc.constantFrom(...nodes, null),
        data: anyData[reason] as fc.Arbitrary<EventData[Reason]>,
        commit: maybe(fc.constantFrom('c1', 'c2')),
        actor: fc.constantFrom('daemon', 'node', 'thandi'),
      })
      // Cloned, because fast-check makes objects without a prototype, which no JSON gives.
      .map(({ node, data, commit, actor }) =>
        anEvent(node, reason, structuredClone(data), { commit, actor }),
      ),
  );
}
