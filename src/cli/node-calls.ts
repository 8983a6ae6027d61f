/** Calls about nodes by name, with a guess where a name is mistyped. */

import { nearest } from '../desired/nearest.ts';
import type { InstallerLogView, NodeView } from '../model/api.ts';
import type { Client } from './client.ts';
import { CliError } from './errors.ts';

export async function getNode(client: Client, name: string): Promise<NodeView> {
  return guessing(client, name, () => client.get<NodeView>(nodePath(name)));
}

/** What its last installer has said, or that of the install, or null where nothing was kept. */
export async function getInstallerLog(
  client: Client,
  name: string,
  lines: number,
  install?: string,
): Promise<InstallerLogView | null> {
  try {
    return await client.get<InstallerLogView>(`${nodePath(name)}/installer-log`, { lines, install });
  } catch (error) {
    if (error instanceof CliError && error.code === 'not-found') return null;
    throw error;
  }
}

/** `postNode(client, 'sip-n01', 'pause', { why })`. */
export async function postNode(client: Client, name: string, verb: string, body: object = {}): Promise<void> {
  await guessing(client, name, () => client.post(`${nodePath(name)}/${verb}`, body));
}

/** The nodes named, in that order, or all of them where none is. */
export async function getNodes(client: Client, names: readonly string[]): Promise<NodeView[]> {
  const all = await client.get<NodeView[]>('/nodes');
  if (names.length === 0) return all;
  const byName = new Map(all.map((node) => [node.name, node]));
  return Promise.all(names.map((name) => byName.get(name) ?? getNode(client, name)));
}

function nodePath(name: string): string {
  return `/nodes/${encodeURIComponent(name)}`;
}

async function guessing<T>(client: Client, name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'not-found') throw error;
    const nodes = await client.get<NodeView[]>('/nodes');
    const guess = nearest(
      name,
      nodes.map((node) => node.name),
    );
    throw new CliError(error.exit, error.message, guess ? `did you mean: ${guess}` : error.hint, error.code);
  }
}
