/** The built-in templates and scripts of the Debian installer, and what a site puts in place of a template. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ParsedTemplate, parseTemplate } from './liquid.ts';

const HOME = join(import.meta.dirname, 'debian-installer');

export const TEMPLATE_NAMES = ['preseed', 'late'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** Where a site's own template stands in its repository. */
export function templatePath(name: TemplateName): string {
  return `profiles/templates/debian-installer/${name}.liquid`;
}

const BUILT_IN: Readonly<Record<TemplateName, ParsedTemplate>> = {
  preseed: parseTemplate('built-in/preseed.liquid', own('preseed.liquid')),
  late: parseTemplate('built-in/late.liquid', own('late.liquid')),
};

const SCRIPT_NAMES = ['lib', 'early', 'watch', 'stage', 'base', 'partman', 'packages', 'complete'];

/** Read by the installer's shell as they are: file name → text. */
export const INSTALLER_SCRIPTS: ReadonlyMap<string, string> = new Map(
  SCRIPT_NAMES.map((name) => [`${name}.sh`, own(`${name}.sh`)]),
);

/** A site's templates are parsed once, not for every machine. */
const parsed = new WeakMap<ReadonlyMap<string, string>, Map<TemplateName, ParsedTemplate>>();

/** The site's own, or the built-in one. Throws TemplateError. */
export function templateOf(texts: ReadonlyMap<string, string>, name: TemplateName): ParsedTemplate {
  const path = templatePath(name);
  const text = texts.get(path);
  if (text === undefined) return BUILT_IN[name];
  const known = parsed.get(texts) ?? new Map<TemplateName, ParsedTemplate>();
  parsed.set(texts, known);
  const template = known.get(name) ?? parseTemplate(path, text);
  known.set(name, template);
  return template;
}

function own(file: string): string {
  return readFileSync(join(HOME, file), 'utf8');
}
