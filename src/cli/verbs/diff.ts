import type { Command } from 'commander';
import { causesBetween, loadSite } from '../../daemon/load-site.ts';
import { createDocumentCache } from '../../desired/document-cache.ts';
import type { Source } from '../../git/source.ts';
import type { Commit } from '../../model/desired.ts';
import { compareSites } from '../../plan/compare-sites.ts';
import type { FileChanges } from '../../plan/file-changes.ts';
import { formatComparison } from '../../plan/format-comparison.ts';
import { shortCommit } from '../../plan/say-age.ts';
import { type Context, note } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { addOutputOption } from '../options.ts';
import { writeObject } from '../output.ts';
import { paintFor } from '../paint.ts';
import { locate, openLocalSource } from '../repository.ts';
import { countProblems, sayProblems } from '../say-problems.ts';
import { examples } from '../verb.ts';

interface Options {
  repo?: string;
  output?: string;
}

export function configure(command: Command): void {
  command
    .argument('<from>', 'a commit, branch or tag')
    .argument('[to]', 'another one', 'HEAD')
    .option('--repo <dir>', 'repository to read (default: the one around the working directory)');
  addOutputOption(command, 'json', 'yaml');
  examples(command, 'diff HEAD~3', 'diff v1.4 main', 'diff main change-disks -o json');
}

/** What would be done about it, and what guards say, is for `plan`. */
export async function run(
  context: Context,
  [from = '', to = 'HEAD']: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const source = await openLocalSource(context, await locate(context, options.repo));
  try {
    const cache = createDocumentCache();
    const before = await loadSite(source, cache, await source.resolve(from));
    const after = await loadSite(source, cache, await source.resolve(to));
    const broken = [before, after].find(({ site }) => site === null);
    if (!before.site || !after.site) {
      context.stdout.write(sayProblems(context, broken?.problems ?? []));
      const what = `commit ${shortCommit(broken?.commit.id ?? '')} has no valid site`;
      note(context, `${what}: ${countProblems(broken?.problems ?? [])}`);
      return EXIT.refused;
    }
    const files = await fileChanges(source, before.commit.id, after.commit);
    const changes = compareSites(before.site, after.site, files);
    const ids = { from: before.commit.id, to: after.commit.id };
    if (await writeObject(context, options.output, { ...ids, changes })) return EXIT.ok;
    context.stdout.write(formatComparison(changes, { ...ids, paint: paintFor(context) }));
    return EXIT.ok;
  } finally {
    source.close();
  }
}

async function fileChanges(source: Source, from: string, to: Commit): Promise<FileChanges> {
  const [changed, causeOf] = await Promise.all([
    source.changedPaths(from, to.id),
    causesBetween(source, from, to),
  ]);
  const paths = new Set(changed);
  return {
    commitOf: (file) => (paths.has(file) ? causeOf({ file, line: 1, column: 1 }) : null),
    firstBelow: (start) => changed.find((path) => path.startsWith(start)) ?? null,
  };
}
