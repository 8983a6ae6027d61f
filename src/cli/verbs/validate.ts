import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { loadSite } from '../../daemon/load-site.ts';
import { VERSION } from '../../daemon/version.ts';
import { createDocumentCache } from '../../desired/document-cache.ts';
import type { Resolution } from '../../desired/resolve.ts';
import { type Context, note, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { addOutputOption } from '../options.ts';
import { writeObject } from '../output.ts';
import { PROBLEM_FORMATS } from '../problem-formats.ts';
import { locate, openLocalSource, topOf } from '../repository.ts';
import { countProblems, sayProblems } from '../say-problems.ts';
import { resolveDirectory, uncommitted } from '../site-texts.ts';
import { examples } from '../verb.ts';

interface Options {
  repo?: string;
  ref?: string;
  output?: string;
  format: 'text' | keyof typeof PROBLEM_FORMATS;
}

export function configure(command: Command): void {
  command
    .argument('[dir]', 'directory with inventory/ and profiles/, as it lies there')
    .option('--repo <dir>', 'repository to read a commit of')
    .option('--ref <commit>', 'the commit to read instead of the files');
  addOutputOption(command, 'json', 'yaml');
  command.addOption(
    new Option(
      '--format <format>',
      'form of the problems: for people, or for a CI server to show beside the lines',
    )
      .choices(['text', ...Object.keys(PROBLEM_FORMATS)])
      .default('text'),
  );
  examples(
    command,
    'validate',
    'validate ~/site',
    'validate --repo ~/site --ref HEAD',
    'validate --format github',
  );
}

export async function run(context: Context, [dir]: readonly string[], options: Options): Promise<ExitCode> {
  if (dir !== undefined && (options.repo !== undefined || options.ref !== undefined)) {
    throw new CliError(EXIT.usage, 'a directory and a commit exclude each other', 'leave one of them out');
  }
  const { site, problems } = await resolveAsked(context, dir, options);
  const code = site ? EXIT.ok : EXIT.refused;
  const answer = { valid: site !== null, site: site?.name ?? null, nodes: site?.nodes.size ?? 0, problems };
  if (await writeObject(context, options.output, answer)) return code;
  if (options.format !== 'text') {
    context.stdout.write(PROBLEM_FORMATS[options.format](problems, VERSION));
    return code;
  }
  context.stdout.write(sayProblems(context, problems));
  if (problems.length > 0) note(context, countProblems(problems));
  if (site) {
    const { nodes, pools, profiles, stacks } = site;
    const counts = Object.entries({ node: nodes, pool: pools, profile: profiles, stack: stacks })
      .map(([word, { size }]) => `${size} ${word}${size === 1 ? '' : 's'}`)
      .join(', ');
    say(context, `site ${site.name} is valid: ${counts}`);
  }
  return code;
}

async function resolveAsked(
  context: Context,
  dir: string | undefined,
  options: Options,
): Promise<Resolution> {
  const { repo, ref } = options;
  if (repo === undefined && ref === undefined) {
    const commit = uncommitted('', '', context.now());
    return resolveDirectory(dir === undefined ? await topOf(context.cwd) : resolve(context.cwd, dir), commit);
  }
  const source = await openLocalSource(context, await locate(context, repo));
  try {
    return await loadSite(source, createDocumentCache(), await source.resolve(ref ?? 'HEAD'));
  } finally {
    source.close();
  }
}
