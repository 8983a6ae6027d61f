import type { DesiredNode, Site } from '../model/desired.ts';
import type { SourceRef } from '../model/problem.ts';
import { type FileChanges, profileFile } from './file-changes.ts';

interface Between {
  before: Site;
  after: Site;
  files: FileChanges;
}

/** What is applied differently to a node that keeps its profile, one stack after another. */
export function compareStacks(
  a: DesiredNode,
  b: DesiredNode,
  { before, after, files }: Between,
): { change: string; source: SourceRef }[] {
  if (a.configDigest === b.configDigest) return [];
  const profile = profileFile(b, files);
  const old = stacksOf(a, before);
  const next = stacksOf(b, after);
  const changes: { change: string; source: SourceRef }[] = [];
  for (const [name, { parameters, digest }] of next) {
    const known = old.get(name);
    if (!known) changes.push({ change: `stack ${name} is new: applied`, source: profile });
    else if (known.digest !== digest)
      changes.push({ change: `stack ${name} has changed: applied again`, source: stackFile(name) });
    else if (known.parameters !== parameters)
      changes.push({ change: `stack ${name} has other parameters: applied again`, source: profile });
  }
  for (const name of old.keys()) {
    if (!next.has(name))
      changes.push({ change: `stack ${name} is no longer applied; what it left stays`, source: profile });
  }
  const other = { change: `stacks of ${b.profile} applied again`, source: profile };
  return changes.length === 0 ? [other] : changes;

  function stackFile(name: string): SourceRef {
    const file = files.firstBelow(`profiles/stacks/${name}/`);
    return file === null ? profile : { file, line: 1, column: 1 };
  }
}

function stacksOf({ profile }: DesiredNode, site: Site): Map<string, { parameters: string; digest: string }> {
  const uses = site.profiles.get(profile)?.stacks ?? [];
  return new Map(
    uses.map(({ name, parameters }) => [
      name,
      { parameters: JSON.stringify(parameters ?? {}), digest: site.stacks.get(name)?.digest ?? '' },
    ]),
  );
}
