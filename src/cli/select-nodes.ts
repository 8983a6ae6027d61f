/** Nodes by name, by pool and by label, from the last commit. */

import type { Command } from 'commander';
import { sortNatural } from '../desired/natural-order.ts';
import { nearest } from '../desired/nearest.ts';
import type { NodeView } from '../model/api.ts';
import type { Site } from '../model/desired.ts';
import type { Client } from './client.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { listArgument } from './options.ts';

export interface SelectOptions {
  pool?: string;
  label?: string[];
}

export function addSelectOptions(command: Command): Command {
  return command
    .option('--pool <name>', 'all nodes of this pool')
    .option('-l, --label <label=value>', 'all nodes with the label; several must all fit', listArgument);
}

export function isSelecting({ pool, label }: SelectOptions): boolean {
  return pool !== undefined || label !== undefined;
}

/** Whether the labels have each of `wanted`: `rack=r1`, or `rack` with any value. */
export function hasLabels(labels: Record<string, string>, wanted: readonly string[]): boolean {
  return wanted.every((text) => {
    const [name = '', value] = text.split(/=(.*)/s);
    const own = labels[name];
    return value === undefined ? own !== undefined : own === value;
  });
}

/**
 * The nodes named and those selected, in the order of their names. Throws CliError for a name that is not there, and where
 * nothing was selected.
 */
export function selectNodes(site: Site | null, names: readonly string[], options: SelectOptions): string[] {
  if (!site) {
    throw new CliError(EXIT.refused, 'the last commit is not valid', 'see: barewright validate --ref HEAD');
  }
  for (const name of names) if (!site.nodes.has(name)) throw unknown('node', name, site.nodes.keys());
  const { pool } = options;
  if (pool !== undefined && !site.pools.has(pool)) throw unknown('pool', pool, site.pools.keys());
  return chosen(names, site.nodes.values(), options);
}

/** Likewise of the nodes that the daemon has; a name that it does not know is for it to refuse. */
export async function selectFrom(
  client: Client,
  names: readonly string[],
  options: SelectOptions,
): Promise<string[]> {
  if (!isSelecting(options) && names.length > 0) return [...names];
  return chosen(names, await client.get<NodeView[]>('/nodes'), options);
}

interface Selectable {
  name: string;
  pool: string;
  labels: Record<string, string>;
}

function chosen(names: readonly string[], nodes: Iterable<Selectable>, options: SelectOptions): string[] {
  const { pool, label = [] } = options;
  const selects = isSelecting(options);
  const selected = new Set(names);
  for (const node of selects ? nodes : []) {
    if ((pool === undefined || node.pool === pool) && hasLabels(node.labels, label)) selected.add(node.name);
  }
  if (selected.size === 0) {
    const hint = selects ? 'see: barewright get nodes' : 'name nodes, or select them with --pool or -l';
    throw new CliError(selects ? EXIT.error : EXIT.usage, 'no node is selected', hint);
  }
  return sortNatural(selected, (name) => name);
}

export function unknown(what: 'node' | 'pool', name: string, known: Iterable<string>): CliError {
  const guess = nearest(name, known);
  return new CliError(
    EXIT.error,
    `there is no ${what} ${name} in the last commit`,
    guess ? `did you mean: ${guess}` : '',
  );
}
