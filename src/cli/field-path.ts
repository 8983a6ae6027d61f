/** `install.generation=2` to a field of a document and its value. */

import { parse } from 'yaml';
import type { EditValue } from '../desired/edit.ts';
import { nearest } from '../desired/nearest.ts';
import { KINDS, type Kind } from '../model/site.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** Counted from `spec`, but for `metadata.…`, `labels.NAME` and `annotations.NAME`. Throws CliError. */
export function parseAssignment(text: string): { path: string[]; value: EditValue } {
  const match = /^([^=]+)=([\s\S]*)$/.exec(text);
  if (!match?.[1]) {
    throw new CliError(
      EXIT.usage,
      `${JSON.stringify(text)} sets nothing`,
      'write FIELD=VALUE, such as power=off',
    );
  }
  return { path: fieldPath(match[1]), value: parseValue(match[2] ?? '') };
}

function fieldPath(text: string): string[] {
  const [first = '', ...rest] = text.split('.');
  if (first === 'labels' || first === 'annotations') return ['metadata', first, rest.join('.')];
  return first === 'spec' || first === 'metadata' ? [first, ...rest] : ['spec', first, ...rest];
}

/** As YAML reads it: `2` is a number, `true` is true, `{ reason: fan }` a mapping, and `on` a text. */
function parseValue(text: string): EditValue {
  try {
    return (parse(text, { version: '1.2', schema: 'core' }) ?? null) as EditValue;
  } catch {
    throw new CliError(EXIT.usage, `${JSON.stringify(text)} is no YAML value`, 'quote it');
  }
}

/** `sip-n01` is a node; `pool/sip`, `Site/karoo` name their kind. Throws CliError. */
export function parseTarget(text: string): { kind: Kind; name: string } {
  const slash = text.indexOf('/');
  if (slash < 0) return { kind: 'Node', name: text };
  const [word, name] = [text.slice(0, slash), text.slice(slash + 1)];
  const kind = KINDS.find((known) => known.toLowerCase() === word.toLowerCase());
  if (kind) return { kind, name };
  const guess = nearest(word, KINDS);
  const hint = guess ? `did you mean: ${guess}/${name}` : `one of ${KINDS.join(', ')}`;
  throw new CliError(EXIT.usage, `there is no kind ${word}`, hint);
}
