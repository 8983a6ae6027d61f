/** Before a commit comes into force: that what it says can be rendered, for every profile that is used. */

import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import { TemplateError, templateMistakes } from '../render/liquid.ts';
import { TEMPLATE_NAMES, templatePath } from '../render/templates.ts';
import { RenderError } from '../render/text.ts';
import type { FilesInput } from './installer.ts';
import { installerOf } from './table.ts';

export interface Mistake {
  /** Path in the repository. */
  file: string;
  /** From 1; 0 where the file as a whole is meant. */
  line: number;
  column: number;
  message: string;
}

const FOLDER = 'profiles/templates/';

/** What is wrong with templates by themselves; they are known by their paths. */
export function templateProblems(texts: ReadonlyMap<string, string>): Mistake[] {
  const known = TEMPLATE_NAMES.map(templatePath);
  return [...texts].flatMap(([file, text]) => {
    if (!file.startsWith(FOLDER)) return [];
    if (!known.includes(file)) {
      const message = `there is no such template to put another in place of; there are ${known.join(', ')}`;
      return [{ file, line: 0, column: 0, message }];
    }
    return templateMistakes(file, text).map(mistakeOf);
  });
}

/**
 * Renders what each profile's first node would be served, and of nodes with a network of their own (bonds, VLANs) each one.
 * Returns what cannot be rendered, each place once.
 */
export function rehearse(site: Site): Mistake[] {
  const found = new Map<string, Mistake>();
  for (const node of rehearsed(site)) {
    const profile = site.profiles.get(node.profile);
    if (!profile) continue;
    try {
      installerOf(profile).files(rehearsalInput(site, node, profile));
    } catch (error) {
      if (!(error instanceof RenderError)) throw error;
      const mistake = error instanceof TemplateError ? mistakeOf(error) : mistakeAt(node, error);
      found.set(`${mistake.file}:${mistake.line}:${mistake.column}`, mistake);
    }
  }
  return [...found.values()];
}

function rehearsed({ nodes }: Site): DesiredNode[] {
  const kinds = new Set<string>();
  return [...nodes.values()].filter((node) => {
    const kind = `${node.profile} ${node.firmware}`;
    const isNew = !kinds.has(kind);
    kinds.add(kind);
    return isNew || node.bonds.length > 0 || node.vlans.length > 0;
  });
}

/** The profile as it is declared: where its kernel comes from has no part in its files. */
export function rehearsalInput(site: Site, node: DesiredNode, profile: Profile): FilesInput {
  const { generation, installDigest } = node;
  return {
    ...{
      site,
      node,
      profile,
      bootUrl: 'http://boot.invalid',
      callbackToken: 'token',
      reportKey: '0'.repeat(64),
    },
    record: { installId: '0', profile: profile.name, generation, installDigest, commit: '0' },
  };
}

function mistakeOf({ template, line, column, message }: TemplateError): Mistake {
  const place = `${template}:${line}:${column}: `;
  return {
    file: template,
    line,
    column,
    message: message.startsWith(place) ? message.slice(place.length) : message,
  };
}

function mistakeAt({ name, sources }: DesiredNode, error: RenderError): Mistake {
  return { ...sources.node, message: `node ${name} could not be installed: ${error.message}` };
}
