/** The files that a node is served when it is installed, rendered as a rehearsal: without tokens, and with what is secret masked. Pure. */

import { rehearsalInput } from '../installers/rehearse.ts';
import { installerOf } from '../installers/table.ts';
import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import type { InstallRecord } from '../model/event.ts';
import { RenderError } from '../render/text.ts';

const ARTIFACT = { sha256: '0'.repeat(64) };

interface Rehearsed {
  bootUrl: string;
  /** That the node will carry; default: as Git says, of no commit. */
  record?: InstallRecord;
}

/** By name, the boot script first. Empty where the profile is not known, or a value cannot be rendered. */
export function nodeTexts(
  site: Site,
  node: DesiredNode,
  { bootUrl, record }: Rehearsed,
): Map<string, string> {
  const declared = site.profiles.get(node.profile);
  if (!declared) return new Map();
  const profile: Profile = {
    ...declared,
    netboot: declared.netboot ?? { kernel: ARTIFACT, initrd: ARTIFACT },
  };
  const installer = installerOf(profile);
  const script = {
    node,
    profile,
    loader: node.bootLoader,
    bootUrl,
    answersToken: 'token',
    attempt: 1,
  };
  const given = { ...rehearsalInput(site, node, profile), ...(record ? { record } : {}), bootUrl };
  return renderedOrNone(() => {
    const texts = new Map([['boot script', installer.bootScript(script)]]);
    for (const { path, content } of installer.entries(given)) {
      if (content) texts.set(path, textOf(content));
    }
    return texts;
  });
}

/** A commit that cannot be rendered is refused as a whole, with the place; here nothing is to be said of it. */
export function renderedOrNone(render: () => Map<string, string>): Map<string, string> {
  try {
    return render();
  } catch (error) {
    if (error instanceof RenderError) return new Map();
    throw error;
  }
}

function textOf(content: Uint8Array): string {
  return content.includes(0) ? '(binary)' : new TextDecoder().decode(content);
}

/** crypt(5) hashes stand in Git, but need not be repeated elsewhere; and zeros stand where an install has a key of its own. */
export function masked(text: string): string {
  return text
    .replaceAll(/\$(?:y|gy|7|2[abxy]|[156]|sha1|argon2\w*)\$[^\s:"'$]+\$[^\s:"']+/g, '(sensitive value)')
    .replaceAll(/(KEY=['"]?|^)0{64}(?!\w)/gm, '$1(sensitive value)');
}
