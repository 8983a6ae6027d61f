/** `set` and `install`: fields changed in the text, the result checked, shown, and committed. */

import { judgeSite } from '../daemon/judge-site.ts';
import { loadSite } from '../daemon/load-site.ts';
import { type Contexts, contextsOf } from '../desired/contexts.ts';
import { createDocumentCache, type DocumentCache } from '../desired/document-cache.ts';
import { type EditValue, setInDocument } from '../desired/edit.ts';
import { removeFromDocument } from '../desired/edit-remove.ts';
import { nearest } from '../desired/nearest.ts';
import { needsText, type TreeEntry } from '../desired/site-paths.ts';
import { draftCommit } from '../git/commit-tree.ts';
import type { Site } from '../model/desired.ts';
import type { Kind } from '../model/site.ts';
import { formatText } from '../plan/format-text.ts';
import { unifiedDiff } from '../plan/unified-diff.ts';
import { type Context, note, say } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { planChange, type ShownPlan } from './live-plan.ts';
import { type Change, type CommitOptions, forgeOf, makeCommit } from './make-commit.ts';
import { paintFor } from './paint.ts';
import { locate, openLocalSource } from './repository.ts';
import { countProblems, sayProblems } from './say-problems.ts';
import { uncommitted, withTexts } from './site-texts.ts';

export interface FieldEdit {
  kind: Kind;
  name: string;
  /** From the root of the document. */
  path: readonly string[];
  /** Undefined takes the field away. */
  value: EditValue | undefined;
}

/** A document behind those of its kind. */
export interface NewDocument {
  kind: Kind;
  /** Where there is none of its kind yet. */
  file: string;
  /** Ends with a newline. */
  text: string;
}

export type SiteEdit = FieldEdit | NewDocument;

interface Loaded {
  head: string;
  tree: TreeEntry[];
  contexts: Contexts;
  cache: DocumentCache;
  /** Null where the commit at HEAD is not valid, which an edit may mend. */
  site: Site | null;
}

/** Works on the branch that is checked out. `edits` is asked once the site is known. */
export async function editSite(
  context: Context,
  options: CommitOptions,
  edits: (site: Site | null) => readonly SiteEdit[],
  defaultMessage: (site: Site | null) => string,
): Promise<ExitCode> {
  const location = await locate(context, options.repo);
  const loaded = await loadHead(context, location);
  const texts = applyEdits(loaded, edits(loaded.site));
  const message = options.message ?? defaultMessage(loaded.site);
  const files = new Map(Array.from(texts, ([path, { after }]) => [path, after]));
  const diff = [...texts].map(([path, { before, after }]) => unifiedDiff(path, before, after)).join('');
  if (diff === '') {
    say(context, 'Git says that already; nothing to commit');
    return EXIT.ok;
  }
  context.stdout.write(paintDiff(context, diff));

  const commit = uncommitted(context.env['USER'] ?? 'you', message, context.now());
  const tree = withTexts(loaded.tree, loaded.cache, files);
  const { site, problems } = judgeSite(commit, tree, loaded.cache, loaded.contexts);
  if (!site) {
    context.stdout.write(`\n${sayProblems(context, problems)}`);
    note(context, `refused, the result would not be valid: ${countProblems(problems)}`);
    return EXIT.refused;
  }
  const change = { location, base: loaded.head, change: { files }, message };
  const planned = loaded.site && (await planEdit(context, options, loaded.site, site, change));
  if (planned) {
    const { plan, ...basis } = planned;
    say(context, '');
    context.stdout.write(formatText(plan, { now: context.now(), paint: paintFor(context), ...basis }));
  }
  return makeCommit(context, options, { planned, forge: forgeOf(loaded.site), notes: '' }, change);
}

async function planEdit(
  context: Context,
  options: CommitOptions,
  previous: Site,
  site: Site,
  change: Change,
): Promise<ShownPlan> {
  const source = await openLocalSource(context, change.location);
  const commits = async () => {
    const draft = await draftCommit({ ...change, env: context.env });
    return draft === null ? [] : [draft];
  };
  try {
    return await planChange(context, options, { source, previous, site, commits });
  } finally {
    source.close();
  }
}

async function loadHead(context: Context, location: string): Promise<Loaded> {
  const source = await openLocalSource(context, location);
  try {
    const cache = createDocumentCache();
    const head = await source.head();
    const { site } = await loadSite(source, cache, head);
    const tree = await source.tree(head);
    return { head, tree, contexts: contextsOf(await source.directories(head), tree), cache, site };
  } finally {
    source.close();
  }
}

function applyEdits(
  { tree, cache }: Loaded,
  edits: readonly SiteEdit[],
): Map<string, { before: string; after: string }> {
  const texts = new Map<string, { before: string; after: string }>();
  for (const edit of edits) {
    const { path, text } = 'text' in edit ? placeFor(tree, cache, edit) : findDocument(tree, cache, edit);
    const known = texts.get(path) ?? { before: text, after: text };
    texts.set(path, { ...known, after: editText(known.after, edit) });
  }
  return texts;
}

function editText(text: string, edit: SiteEdit): string {
  if ('text' in edit) return text.trim() === '' ? edit.text : `${text.trimEnd()}\n---\n${edit.text}`;
  const { value, ...place } = edit;
  return value === undefined ? removeFromDocument(text, place) : setInDocument(text, { ...place, value });
}

/** The file of the last document of the kind, so that they stay together. */
function placeFor(
  tree: readonly TreeEntry[],
  cache: DocumentCache,
  { kind, file }: NewDocument,
): { path: string; text: string } {
  const texts = tree.flatMap(({ path, blob }) => {
    const parsed = needsText(path) ? cache.get(blob) : null;
    return parsed ? [{ path, parsed }] : [];
  });
  const last = texts.findLast(({ parsed }) => parsed.documents.some((document) => document.kind === kind));
  const path = last?.path ?? file;
  return { path, text: texts.find((one) => one.path === path)?.parsed.text ?? '' };
}

function findDocument(
  tree: readonly TreeEntry[],
  cache: DocumentCache,
  { kind, name }: FieldEdit,
): { path: string; text: string } {
  const names: string[] = [];
  for (const { path, blob } of tree) {
    const parsed = needsText(path) ? cache.get(blob) : null;
    for (const document of parsed?.documents ?? []) {
      if (document.kind !== kind) continue;
      if (parsed && document.name === name) return { path, text: parsed.text };
      names.push(document.name);
    }
  }
  const guess = nearest(name, names);
  throw new CliError(
    EXIT.error,
    `there is no ${kind} ${name} in the last commit`,
    guess ? `did you mean: ${guess}` : '',
  );
}

function paintDiff(context: Context, diff: string): string {
  const { good, danger, strong } = paintFor(context);
  const lines = diff.split('\n').map((line) => {
    if (line.startsWith('---') || line.startsWith('+++')) return strong(line);
    if (line.startsWith('+')) return good(line);
    return line.startsWith('-') ? danger(line) : line;
  });
  return lines.join('\n');
}
