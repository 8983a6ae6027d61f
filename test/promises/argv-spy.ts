/** What the programs that a process starts are called with: each call of the known ones, and whatever else /proc shows. */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that the daemon may start. */
const PROGRAMS = [
  'git',
  'ssh',
  'sops',
  'age',
  'dnsmasq',
  'ipmitool',
  'skopeo',
  'gpg',
  'sh',
  'ssh-keygen',
  'docker',
];

/** A directory of wrappers to put first in PATH: each notes its arguments, and becomes the program. */
export function spyOnPrograms(dir: string, path: string): { path: string; calls(): string } {
  const bin = join(dir, 'spied');
  const file = join(dir, 'argv.log');
  mkdirSync(bin);
  writeFileSync(file, '');
  for (const name of PROGRAMS) {
    const real = whichOf(name, path);
    if (real === null) continue;
    const wrapper = join(bin, name);
    // The quotes of the shell's own `set` would be another spelling: one argument a line.
    writeFileSync(
      wrapper,
      `#!/bin/bash\n{ echo "${name}"; printf '%s\\n' "$@"; } >> '${file}'\nexec '${real}' "$@"\n`,
    );
    chmodSync(wrapper, 0o755);
  }
  return { path: `${bin}${delimiter}${path}`, calls: () => readFileSync(file, 'utf8') };
}

function whichOf(name: string, path: string): string | null {
  try {
    return execFileSync('/bin/sh', ['-c', `command -v ${name}`], {
      encoding: 'utf8',
      env: { PATH: path },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

/** Looks at /proc again and again for the arguments of all that descends from the process. */
export function watchDescendants(pid: number): { seen(): string; close(): void } {
  const lines = new Set<string>();
  const timer = setInterval(() => {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const parents = new Map(processes.map((name) => [name, parentOf(name)]));
    for (const name of processes) {
      if (!descends(name, String(pid), parents)) continue;
      lines.add(read(`/proc/${name}/cmdline`).replaceAll('\0', ' '));
    }
  }, 10);
  return { seen: () => [...lines].join('\n'), close: () => clearInterval(timer) };
}

function descends(name: string, root: string, parents: ReadonlyMap<string, string>): boolean {
  for (
    let at: string | undefined = name;
    at !== undefined && at !== '1' && at !== '0';
    at = parents.get(at)
  ) {
    if (at === root) return true;
  }
  return false;
}

function parentOf(name: string): string {
  // `pid (name) state ppid`: a name may hold spaces and brackets.
  return read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ')[1] ?? '';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
