/** What a node needs to apply its stacks, as one archive (docs/agent.md). */

import { createHash } from 'node:crypto';
import type { DesiredNode, Profile, Site, Stack } from '../model/desired.ts';
import type { StackUse } from '../model/site.ts';
import { matching, oneLine, RenderError } from '../render/text.ts';
import { type TarEntry, tarArchive } from '../render/ustar.ts';

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const PARAMETER = /^[a-z][a-z0-9_]*$/;
const encoder = new TextEncoder();

/**
 * The stacks of the node's profile: `digest` (of the configuration), `seconds` (for each script), `order` (a line of name
 * and digest for each stack), `env/NAME` (its parameters, for root alone) and `stacks/NAME/…` (the files of its directory).
 * Throws RenderError.
 */
export function stackBundle(site: Site, node: DesiredNode): Uint8Array {
  const profile = site.profiles.get(node.profile);
  if (!profile) throw new RenderError('profile', `${node.profile} is not declared`);
  const uses = (profile.stacks ?? []).map((use) => stackPart(use, site.stacks.get(use.name)));
  return tarArchive([
    text('digest', `${node.configDigest}\n`),
    text('seconds', `${secondsOf(profile)}\n`),
    text('order', uses.map(({ name, digest }) => `${name} ${digest}\n`).join('')),
    ...uses.flatMap(({ entries }) => entries),
  ]);
}

function stackPart(use: StackUse, stack: Stack | undefined) {
  const name = matching(NAME, 'stack', use.name, 'a name');
  if (!stack) throw new RenderError('stack', `${name} is not declared`);
  const env = stackEnvironment(use, stack);
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
      return `BW_${variable}='${valueText(name, values[name]).replaceAll("'", `'\\''`)}'\n`;
    })
    .join('');
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
