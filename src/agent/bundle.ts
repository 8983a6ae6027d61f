/** What a node needs to apply its stacks, as one archive (docs/agent.md). */

import { createHash } from 'node:crypto';
import type { DesiredNode, Profile, Site, Stack } from '../model/desired.ts';
import type { StackUse } from '../model/site.ts';
import { matching, oneLine, RenderError } from '../render/text.ts';
import { type TarEntry, tarArchive } from '../render/ustar.ts';

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const PARAMETER = /^[a-z][a-z0-9_]*$/;
const encoder = new TextEncoder();

/** What stacks with `inputs: [registry]` are told of the site's own. No secret: the password is made on the node. */
export interface RegistryInput {
  /** Host and port. */
  host: string;
  /** PEM; null where the system's authorities know it. */
  ca: string | null;
  /** Of the nodes' accounts; null where the daemon makes none. */
  rotation: number | null;
}

/**
 * The stacks of the node's profile: `digest` (of the configuration), `seconds` (for each script), `order` (a line of name
 * and digest for each stack), `env/NAME` (its parameters, for root alone) and `stacks/NAME/…` (the files of its directory).
 * Throws RenderError.
 */
export function stackBundle(site: Site, node: DesiredNode, registry: RegistryInput | null): Uint8Array {
  const profile = site.profiles.get(node.profile);
  if (!profile) throw new RenderError('profile', `${node.profile} is not declared`);
  const uses = (profile.stacks ?? []).map((use) =>
    stackPart(use, site.stacks.get(use.name), registryLines(node.name, registry)),
  );
  return tarArchive([
    text('digest', `${node.configDigest}\n`),
    text('seconds', `${secondsOf(profile)}\n`),
    text('order', uses.map(({ name, digest }) => `${name} ${digest}\n`).join('')),
    ...uses.flatMap(({ entries }) => entries),
  ]);
}

function stackPart(use: StackUse, stack: Stack | undefined, registry: string) {
  const name = matching(NAME, 'stack', use.name, 'a name');
  if (!stack) throw new RenderError('stack', `${name} is not declared`);
  const inputs = stack.spec.inputs?.includes('registry') ? registry : '';
  const env = stackEnvironment(use, stack) + inputs;
  const files = stack.files.map(({ path, content }) => {
    const mode = path.endsWith('.sh') ? 0o755 : 0o644;
    return { path: `stacks/${name}/${path}`, mode, content };
  });
  const digest = createHash('sha256').update(`${stack.digest}\n${env}`).digest('hex').slice(0, 16);
  return { name, digest, entries: [text(`env/${name}`, env), ...files] };
}

/** Lines of BW_NAME='value'. A parameter that nobody gave is empty, so that scripts may run with `set -u`. */
function stackEnvironment(use: StackUse, stack: Stack): string {
  const declared = (stack.spec.parameters?.['properties'] ?? {}) as Record<string, unknown>;
  const values: Record<string, unknown> = { ...use.parameters };
  return [...new Set([...Object.keys(declared), ...Object.keys(values)])]
    .sort()
    .map((name) => {
      const variable = matching(PARAMETER, 'parameter', name, 'the name of a parameter').toUpperCase();
      return variableLine(variable, valueText(name, values[name]));
    })
    .join('');
}

/** All of them empty where the site has no registry of its own. */
function registryLines(account: string, registry: RegistryInput | null): string {
  const { host = '', ca = '', rotation = '' } = registry ?? {};
  return [
    variableLine('OWN_REGISTRY', host),
    variableLine('OWN_REGISTRY_CA', (ca ?? '').trimEnd()),
    variableLine('OWN_REGISTRY_ACCOUNT', account),
    variableLine('OWN_REGISTRY_ROTATION', String(rotation ?? '')),
  ].join('');
}

function variableLine(name: string, value: string): string {
  return `BW_${name}='${value.replaceAll("'", `'\\''`)}'\n`;
}

/** A list has one item a line. */
function valueText(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  const items = Array.isArray(value) ? value : [value];
  return items.map((item) => oneLine(`parameter ${name}`, String(item))).join('\n');
}

/** Each script gets what the profile gives all of them: the node is called late when they are. */
function secondsOf({ timeouts }: Profile): number {
  return Math.max(1, Math.round(timeouts.configure / 1000));
}

function text(path: string, content: string): TarEntry {
  return { path, mode: 0o600, content: encoder.encode(content) };
}
