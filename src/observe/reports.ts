/** Reports of installed nodes: at boot, on a timer, and after their stacks were applied. */

import type { DesiredNode } from '../model/desired.ts';
import type { InstallRecord, StackReport } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';

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

/** What the node is told in return: the configuration it should carry. */
export type ReportAnswer =
  | { ok: true; node: string; configDigest: string | null }
  | { ok: false; why: 'unknown-mac' | 'wrong-address' | 'out-of-order' };

interface Ports {
  journal: Journal;
  nodeByMac(mac: string): DesiredNode | null;
  /** See BootDeskPorts. */
  bindAddresses: boolean;
  /** True while a guard keeps the node's configuration as it is. */
  isHeld(node: DesiredNode, state: NodeState): boolean;
}

export function createReportDesk({ journal, nodeByMac, bindAddresses, isHeld }: Ports) {
  return async function receive(report: Report, address: string): Promise<ReportAnswer> {
    const node = nodeByMac(report.mac);
    const state = node && journal.state(node.name);
    if (!node || !state) return { ok: false, why: 'unknown-mac' };
    if (bindAddresses && node.bootAddress !== null && node.bootAddress !== address) {
      return { ok: false, why: 'wrong-address' };
    }
    if (isOutOfOrder(report, state)) return { ok: false, why: 'out-of-order' };
    if (tellsNews(report, state)) {
      const { record, configDigest, stacks, facts, boot } = report;
      await journal.append([
        {
          node: node.name,
          commit: record?.commit ?? null,
          actor: 'node',
          reason: 'Reported',
          message: sentence(report),
          data: { record, configDigest, stacks, facts, boot },
        },
      ]);
    }
    const mayApply = report.record?.profile === node.profile && !isHeld(node, state);
    return { ok: true, node: node.name, configDigest: mayApply ? node.configDigest : null };
  };
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
    JSON.stringify(report.stacks) !== JSON.stringify(state.stacks)
  );
}

function sentence({ boot, record, stacks }: Report): string {
  const failed = stacks.filter((stack) => stack.state === 'failed').map((stack) => stack.name);
  const what = boot ? 'booted from its disk' : 'reports';
  const carried = record
    ? `carries ${record.profile}, generation ${record.generation}`
    : 'carries no install record';
  return `${what}: ${carried}${failed.length > 0 ? `; failed stacks: ${failed.join(', ')}` : ''}`;
}
