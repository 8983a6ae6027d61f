/** apt with lists and a cache of its own, as on an empty machine of another release. Touches nothing of this one. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { downloadWith } from '../deploy-ramdisk/packages.ts';

export interface AptRoot {
  /** The list of all ordinary packages. */
  packages(): string;
  /** Paths of these packages' files in the folder. Throws what apt says. */
  download(names: readonly string[], into: string): string[];
  /** The same for one package; none where no mirror has it. */
  tryDownload(name: string, into: string): string[];
  /** These packages and all that they depend on; paths in a folder of its own. */
  downloadClosure(names: readonly string[]): string[];
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Reads the lists of a Debian release. Throws what apt says, when the lists of packages cannot be had. */
export function openAptRoot(directory: string, suite: string): AptRoot {
  const at = (...parts: string[]) => join(directory, ...parts);
  for (const folder of ['lists/partial', 'archives/partial', 'etc/apt.conf.d', 'etc/preferences.d']) {
    mkdirSync(at(folder), { recursive: true });
  }
  writeFileSync(at('status'), '');
  writeFileSync(at('apt.conf'), configuration(directory));
  const env = { ...process.env, APT_CONFIG: at('apt.conf') };
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 2 ** 28,
    });
  const mirror = `${systemMirror()}/`.replace(/\/+$/, '/');

  writeFileSync(at('sources.list'), sourceLine(mirror, suite, 'main'));
  run('apt-get', '-q', 'update');
  readComponents();

  /** The installer's components. Mirrors have been seen whose list of them is behind its signature: then it is taken as it is. */
  function readComponents(): void {
    writeFileSync(at('sources.list'), sourceLine(mirror, suite, 'main main/debian-installer'));
    if (spawnSync('apt-get', ['-q', '-o', 'APT::Update::Error-Mode=any', 'update'], { env }).status === 0)
      return;
    console.error(
      "partial mirror: the list of installer components does not match the mirror's signature; taken all the same",
    );
    const part = `dists/${suite}/main/debian-installer/binary-amd64/Packages`;
    run('/usr/lib/apt/apt-helper', 'download-file', `${mirror}${part}.xz`, at('components.xz'));
    const list = execFileSync('xz', ['-dc', at('components.xz')], { maxBuffer: 2 ** 28 });
    const name = `${mirror.replace(/^\w+:\/\//, '')}${part}`.replaceAll('/', '_');
    writeFileSync(at('lists', name), list);
  }

  return {
    packages() {
      const name = readdirSync(at('lists')).find((file) => file.endsWith('main_binary-amd64_Packages'));
      if (name === undefined) throw new Error('apt has no list of packages');
      return readFileSync(at('lists', name), 'utf8');
    },
    download: (names, into) => downloadWith(env, names, into),
    tryDownload(name, into) {
      try {
        return downloadWith(env, [name], into);
      } catch {
        return [];
      }
    },
    downloadClosure(names) {
      run('apt-get', '-q', '-y', '--download-only', '--no-install-recommends', 'install', ...names);
      return readdirSync(at('archives'))
        .filter((file) => file.endsWith('.deb'))
        .map((file) => at('archives', file));
    },
  };
}

function configuration(directory: string): string {
  return `Dir::Etc "${directory}/etc";
Dir::Etc::SourceList "${directory}/sources.list";
Dir::State "${directory}";
Dir::State::status "${directory}/status";
Dir::Cache "${directory}";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
`;
}

function sourceLine(mirror: string, suite: string, components: string): string {
  const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  return `deb ${signed}${mirror} ${suite} ${components}\n`;
}

/** The mirror that this machine installs Debian's own packages from. */
function systemMirror(): string {
  const out = execFileSync('apt-cache', ['policy'], { encoding: 'utf8' });
  const [, url] = /(https?:\/\/\S+\/debian\/?) \S+\/main amd64/.exec(out) ?? [];
  if (url === undefined) throw new Error('apt names no Debian mirror; try: apt-get update');
  return url;
}
