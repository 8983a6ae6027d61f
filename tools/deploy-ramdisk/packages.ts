/** Debian packages as a source of files: downloaded with apt, unpacked without being installed. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Downloads what is not in the folder yet and returns the files' paths. `a|b` is the first of them that apt knows, for
 * packages that have another name in another release. Needs no root, only lists that `apt-get update` has brought. Throws
 * what apt says.
 */
export function downloadPackages(names: readonly string[], downloads: string): string[] {
  return downloadWith(process.env, names, downloads);
}

/** The same with an environment that says which apt is meant (`APT_CONFIG`). */
export function downloadWith(env: NodeJS.ProcessEnv, names: readonly string[], downloads: string): string[] {
  mkdirSync(downloads, { recursive: true });
  const all = names.flatMap((name) => name.split('|'));
  const policies = execFileSync('apt-cache', ['policy', ...all], { env, encoding: 'utf8' });
  return names.map((name) => download(name, policies, downloads, env));
}

export function unpackPackages(files: readonly string[], into: string): void {
  mkdirSync(into, { recursive: true });
  for (const file of files) execFileSync('dpkg-deb', ['--extract', file, into]);
}

/** The package that a kernel's metapackage stands for: `linux-image-cloud-amd64` → `linux-image-6.1.0-56-cloud-amd64`. */
export function kernelPackage(name: string): string {
  const depends = execFileSync('apt-cache', ['depends', '--important', name], { encoding: 'utf8' });
  return /Depends: (linux-image-[0-9]\S*)/.exec(depends)?.[1] ?? name;
}

function download(names: string, policies: string, downloads: string, env: NodeJS.ProcessEnv): string {
  const candidates = names.split('|').map((name) => [name, candidateOf(name, policies)] as const);
  const [name, version] = candidates.find(([, version]) => version !== null) ?? [names, null];
  if (version === null) throw new Error(`apt knows no package ${names}; try: apt-get update`);
  const wanted = `${name}_${version.replaceAll(':', '%3a')}_`;
  const find = () => readdirSync(downloads).find((file) => file.startsWith(wanted) && /\.u?deb$/.test(file));
  if (find() === undefined) {
    execFileSync('apt-get', ['-q', 'download', `${name}=${version}`], {
      cwd: downloads,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
  const file = find();
  if (file === undefined) throw new Error(`apt-get download ${name} left no ${wanted}*.deb`);
  return join(downloads, file);
}

/** The version that apt would install; null for a package that it does not know. */
function candidateOf(name: string, policies: string): string | null {
  const [, policy = ''] = `\n${policies}`.split(`\n${name}:\n`);
  const version = /^ {2}Candidate: (\S+)$/m.exec(policy)?.[1];
  return version === undefined || version === '(none)' ? null : version;
}
