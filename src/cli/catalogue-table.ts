/** Tables of what a site has to choose from. */

import { formatTable } from './table.ts';

export type Listed = Record<string, unknown> & { name: string };

type Column = [title: string, text: (item: Listed) => string];

const list = (field: string) => (item: Listed) => words(item[field]).join(', ');
const plain = (field: string) => (item: Listed) => cellText(item[field]);

const NAME: Column = ['NAME', plain('name')];
const DESCRIPTION: Column = ['DESCRIPTION', plain('description')];

const STACKS: Column[] = [
  NAME,
  ['OS', (item) => list('os')(item) || 'any'],
  ['NEEDS', list('needs')],
  ['PROVIDES', list('provides')],
  ['USED BY', list('usedBy')],
];
const PROFILES: Column[] = [
  NAME,
  ['OS', ({ os }) => (isRecord(os) ? `${cellText(os['family'])} ${cellText(os['release'])}` : '')],
  ['INSTALLER', ({ installer }) => cellText(installer ?? 'debian-installer')],
  ['NODES', plain('nodes')],
  ['STACKS', ({ stacks }) => (Array.isArray(stacks) ? stacks.map(useText).join(', ') : '')],
];

/** With `wide`, what each takes or is set to as well. */
export function catalogueTable(kind: string, items: readonly Listed[], wide: boolean): string {
  const columns = columnsOf(kind, items, wide);
  return formatTable(
    columns.map(([title]) => title),
    items.map((item) => columns.map(([, text]) => text(item))),
  );
}

function columnsOf(kind: string, items: readonly Listed[], wide: boolean): Column[] {
  // Free text is last, where it pushes nothing aside.
  if (kind === 'stacks') {
    return [...STACKS, ...(wide ? [['PARAMETERS', parametersText] satisfies Column] : []), DESCRIPTION];
  }
  if (kind === 'profiles') {
    return [...PROFILES, ...(wide ? [['PACKAGES', list('packages')] satisfies Column] : []), DESCRIPTION];
  }
  const fields = new Set(items.flatMap((item) => Object.keys(item).filter((key) => isPlain(item[key]))));
  const names = [...fields].filter((field) => field !== 'name' && field !== 'description');
  const others = names.map((field): Column => [field.toUpperCase(), plain(field)]);
  return [NAME, ...others, ...(fields.has('description') ? [DESCRIPTION] : [])];
}

/** `log_size=10m, servers (required)`. */
function parametersText({ parameters }: Listed): string {
  if (!isRecord(parameters) || !isRecord(parameters['properties'])) return '';
  const required = words(parameters['required']);
  return Object.entries(parameters['properties'])
    .map(([name, schema]) => {
      if (required.includes(name)) return `${name} (required)`;
      const value = isRecord(schema) ? schema['default'] : undefined;
      return value === undefined ? name : `${name}=${JSON.stringify(value)}`;
    })
    .join(', ');
}

function useText(use: unknown): string {
  return isRecord(use) ? cellText(use['name']) : '';
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function cellText(value: unknown): string {
  const text = isPlain(value) ? String(value) : '';
  return /^[0-9a-f]{40,}$/.test(text) ? text.slice(0, 10) : text;
}
