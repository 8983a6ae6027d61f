/** Reports of installed nodes: at boot, on a timer, and after their stacks were applied. */

import type { DesiredNode } from '../model/desired.ts';
import type { InstallRecord, StackReport } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import { createQuiet } from './quiet.ts';
import { answerSignature, isSigned, type Signed } from './signature.ts';
import type { Tokens } from './tokens.ts';

export interface Report {
  /** Lower case with colons; the node is known by it. */
  mac: string;
  /** True for the first report after a boot. */
  boot: boolean;
  record: InstallRecord | null;
  configDigest: string | null;
  stacks: StackReport[];
  facts: Record<string, string>;
}

type Refusal = 'unknown-mac' | 'wrong-address' | 'bad-signature' | 'out-of-order';
type Refused = { ok: false; why: Refusal | 'not-wanted' };

/** Signs an answer's text; null where the daemon has no key of that install. */
export type Sign = ((answer: string | Uint8Array) => string) | null;

/** What the node is told in return: the configuration it should carry, or null for no change. */
export type ReportAnswer = { ok: true; node: string; configDigest: string | null; sign: Sign } | Refused;
/** The archive of the stacks of that configuration. */
export type StacksAnswer = { ok: true; archive: Uint8Array; sign: NonNullable<Sign> } | Refused;

export interface StacksRequest {
  mac: string;
  installId: string;
  configDigest: string;
}

interface Ports {
  journal: Journal;
  tokens: Pick<Tokens, 'reportKey' | 'keyName'>;
  nodeByMac(mac: string): DesiredNode | null;
  /** See BootDeskPorts. */
  bindAddresses: boolean;
  /** True while a guard keeps the node's configuration as it is. */
  isHeld(node: DesiredNode, state: NodeState): boolean;
  /** The stacks of the node's configuration in force, as an archive. */
  stacksOf(node: DesiredNode): Promise<Uint8Array>;
  clock(): number;
}

interface Sender {
  node: DesiredNode;
  state: NodeState;
}

export function createReportDesk(ports: Ports) {
  const { journal, tokens, nodeByMac, bindAddresses, isHeld } = ports;
  const worthRefusing = createQuiet(ports.clock, 500);

  async function report(body: Report, address: string, signed: Signed): Promise<ReportAnswer> {
    const { node, state } = sender(body.mac) ?? {};
    if (!node || !state) return { ok: false, why: 'unknown-mac' };
    if (!isFrom(node, address)) return { ok: false, why: 'wrong-address' };
    const key = body.record === null ? null : keyOf(state, body.record.installId);
    if (key && !isSigned(signed, key)) return refuse(node.name, 'report', address);
    if (isOutOfOrder(body, state)) return { ok: false, why: 'out-of-order' };
    if (tellsNews(body, state)) {
      const { record, configDigest, stacks, facts, boot } = body;
      const verified = key !== null;
      await journal.append([
        {
          node: node.name,
          commit: record?.commit ?? null,
          actor: 'node',
          reason: 'Reported',
          message: sentence(body, verified),
          data: { record, configDigest, stacks, facts, boot, verified },
        },
      ]);
    }
    const configDigest = mayApply({ node, state }, body.record?.profile) ? node.configDigest : null;
    return { ok: true, node: node.name, configDigest, sign: key === null ? null : signWith(signed, key) };
  }

  /** Only for the system of the install that has the key, and only what it was told to carry. */
  async function stacks(body: StacksRequest, address: string, signed: Signed): Promise<StacksAnswer> {
    const from = sender(body.mac);
    if (!from) return { ok: false, why: 'unknown-mac' };
    const { node, state } = from;
    if (!isFrom(node, address)) return { ok: false, why: 'wrong-address' };
    const key = keyOf(state, body.installId);
    if (!key || !isSigned(signed, key)) return refuse(node.name, 'stacks', address);
    const wanted = mayApply(from, state.record?.profile) && node.configDigest === body.configDigest;
    if (!wanted || state.record?.installId !== body.installId) return { ok: false, why: 'not-wanted' };
    return { ok: true, archive: await ports.stacksOf(node), sign: signWith(signed, key) };
  }

  function sender(mac: string): Sender | null {
    const node = nodeByMac(mac);
    const state = node && journal.state(node.name);
    return node && state ? { node, state } : null;
  }

  function isFrom(node: DesiredNode, address: string): boolean {
    return !bindAddresses || node.bootAddress === null || node.bootAddress === address;
  }

  /** The key of an install that this daemon, with the key it has now, handed out; null for any other. */
  function keyOf({ signs }: NodeState, installId: string): string | null {
    const ours = signs?.installId === installId && signs.key === tokens.keyName;
    return ours ? tokens.reportKey(installId) : null;
  }

  function mayApply({ node, state }: Sender, profile: string | undefined): boolean {
    return profile === node.profile && !isHeld(node, state);
  }

  async function refuse(node: string, what: string, address: string): Promise<Refused> {
    const detail = `${what} refused: it is not signed with the key of the node's install`;
    if (worthRefusing(`${node} ${what} ${address}`)) {
      await journal.append([
        {
          ...{ node, commit: null, actor: 'node', reason: 'BootRefused' },
          message: `${detail} (from ${address})`,
          data: { what: 'bad-signature', detail, address },
        },
      ]);
    }
    return { ok: false, why: 'bad-signature' };
  }

  return { report, stacks };
}

function signWith(request: Signed, key: string): NonNullable<Sign> {
  return (answer) => answerSignature(request, key, answer);
}

/** While an install is under way only the system it installs may speak for the disk. */
function isOutOfOrder({ record }: Report, { phase, attempt }: NodeState): boolean {
  if (!attempt || attempt.answersAt === null) return false;
  if (phase === 'installing' && attempt.completedAt === null) return true;
  const ours = record?.installId === attempt.installId;
  return !ours && (phase === 'installing' || phase === 'restarting' || phase === 'configuring');
}

/** The usual "all as before" is not journaled. */
function tellsNews(report: Report, state: NodeState): boolean {
  const { record } = report;
  const { attempt } = state;
  return (
    report.boot ||
    state.reportedAt === null ||
    (record !== null && attempt?.installId === record.installId && attempt.reportedAt === null) ||
    (record !== null && JSON.stringify(record) !== JSON.stringify(state.record)) ||
    report.configDigest !== state.configDigest ||
    (Object.keys(report.facts).length > 0 && !sameFacts(report.facts, state.facts)) ||
    JSON.stringify(report.stacks) !== JSON.stringify(state.stacks)
  );
}

function sameFacts(told: Record<string, string>, known: Record<string, string>): boolean {
  const names = Object.keys(told);
  return names.length === Object.keys(known).length && names.every((name) => told[name] === known[name]);
}

function sentence({ boot, record, stacks }: Report, verified: boolean): string {
  const failed = stacks.filter((stack) => stack.state === 'failed').map((stack) => stack.name);
  const what = boot ? 'booted from its disk' : 'reports';
  const carried = record
    ? `carries ${record.profile}, generation ${record.generation}`
    : 'carries no install record';
  const believed = record && !verified ? ' (not verified: the daemon has no key of this install)' : '';
  return `${what}: ${carried}${failed.length > 0 ? `; failed stacks: ${failed.join(', ')}` : ''}${believed}`;
}
