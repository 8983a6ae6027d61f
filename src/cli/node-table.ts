import type { NodeView } from '../model/api.ts';
import { shortCommit } from '../plan/say-age.ts';
import type { Context } from './context.ts';
import { paintFor, phasePaint } from './paint.ts';
import { type Cell, formatTable } from './table.ts';
import { type Times, timesOf } from './times.ts';

/** Nodes as aligned rows; `wide` adds how they are reached and the commit they carry. */
export function nodeTable(
  context: Context,
  nodes: readonly NodeView[],
  { output, utc = false }: { output?: string; utc?: boolean },
): string {
  const paint = paintFor(context);
  const times = timesOf(context, { utc });
  const wide = output === 'wide';
  const header = ['NAME', 'POOL', 'PROFILE', 'GEN', 'POWER', 'PHASE', 'SINCE'];
  const more = ['BMC', 'MAC', 'ADDRESS', 'COMMIT'];
  const rows = nodes.map((node): (string | Cell)[] => {
    const { desired, phase, record } = node;
    const reached = [
      desired.bmc ?? '-',
      desired.mac,
      desired.address ?? '-',
      record ? shortCommit(record.commit) : '-',
    ];
    return [
      { text: node.name, paint: paint.strong },
      node.pool,
      desired.profile,
      String(desired.generation),
      powerCell(node, paint.warning, times),
      { text: phase, paint: phasePaint(paint, phase) },
      times.at(node.phaseSince),
      ...(wide ? reached : []),
      node.waitsFor || '-',
    ];
  });
  const cut = context.isTTY && !wide ? { columns: context.columns } : {};
  return formatTable([...header, ...(wide ? more : []), 'WAITS FOR'], rows, cut);
}

/** What it is, and beside it what Git says where that is not the same. */
function powerCell(
  { power, desired, powerHold }: NodeView,
  warning: (text: string) => string,
  times: Times,
): Cell {
  if (powerHold) {
    const held = `held ${powerHold.state} until ${times.at(powerHold.until)}`;
    return { text: `${power} (${held})`, paint: warning };
  }
  if (desired.power === 'unmanaged' || power === desired.power) return { text: power };
  return { text: `${power} (${desired.power})`, paint: warning };
}
