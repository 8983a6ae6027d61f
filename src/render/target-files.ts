/** What the Debian installer puts into a new system beside packages and users: path from the root → file. */

import type { Site } from '../model/desired.ts';
import type { RepositorySpec } from '../model/site-parts.ts';
import { networkdFiles } from './networkd.ts';
import type { PreseedInput } from './preseed.ts';
import { accountName, CRYPT_HASH, matching, plainWord, RenderError } from './text.ts';

/** A file of an installed system, put there by its installer. */
export interface TargetFile {
  /** From the root on, without a slash before it. */
  path: string;
  /** As of stat(2), with the file type; 0o120777 for a symbolic link, whose content is its target. */
  mode: number;
  content: string;
}

const FILE = 0o100644;
const SUDOERS = 0o100440;
const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** Before the kernel is installed: names of cards belong into its initramfs, keys and certificates before any download. */
export function baseFiles({ site, node }: PreseedInput): TargetFile[] {
  const { mirror, certificates } = site;
  return [
    ...[...networkdFiles(site, node)].map(([path, content]) => ({ path, mode: FILE, content })),
    ...certificates.map((name) => ({
      path: `usr/local/share/ca-certificates/${matching(NAME, 'certificate', name, 'a name')}.crt`,
      ...{ mode: FILE, content: textOf(site, `profiles/certificates/${name}.crt`) },
    })),
    ...(mirror?.key === undefined ? [] : [keyFile(site, mirror.key, 'etc/apt/trusted.gpg.d')]),
  ];
}

/** Before packages are chosen: the site's own repositories. */
export function packageFiles({ site, profile }: PreseedInput): TargetFile[] {
  const repositories = profile.repositories ?? [];
  const keys = [...new Set(repositories.map(({ key }) => key))];
  return [
    ...keys.map((key) => keyFile(site, key, 'etc/apt/keyrings')),
    ...repositories.map((one) => ({
      path: `etc/apt/sources.list.d/${matching(NAME, 'repository', one.name, 'a name')}.sources`,
      ...{ mode: FILE, content: sourcesText(one) },
    })),
  ];
}

/** At the end. */
export function rootFiles({ site, profile }: PreseedInput): TargetFile[] {
  const sudoers = (profile.users ?? []).filter(({ sudo }) => sudo);
  return [
    { path: 'etc/ssh/sshd_config.d/10-barewright.conf', mode: FILE, content: 'PermitRootLogin no\n' },
    ...(sudoers.length === 0
      ? []
      : [{ path: 'etc/sudoers.d/90-barewright', mode: SUDOERS, content: sudoersText(sudoers) }]),
    ...(site.ntp.length === 0
      ? []
      : [
          {
            path: 'etc/systemd/timesyncd.conf.d/10-barewright.conf',
            mode: FILE,
            content: timeText(site.ntp),
          },
        ]),
    ...resolvFile(site),
  ];
}

/** `user:hash` a line, as chpasswd(8) reads it; null where nobody has one. */
export function passwordLines({ profile }: PreseedInput): string | null {
  const lines = (profile.users ?? []).flatMap(({ name, passwordHash }) => {
    if (passwordHash === undefined) return [];
    const hash = matching(CRYPT_HASH, 'password', passwordHash, 'a crypt(5) hash');
    return [`${account(name)}:${hash}\n`];
  });
  return lines.length === 0 ? null : lines.join('');
}

function account(name: string): string {
  return accountName('user', name);
}

function sudoersText(users: readonly { name: string }[]): string {
  return users.map(({ name }) => `${account(name)} ALL=(ALL:ALL) NOPASSWD: ALL\n`).join('');
}

function timeText(servers: readonly string[]): string {
  return `[Time]\nNTP=${servers.map((server) => plainWord('time server', server)).join(' ')}\n`;
}

/** Nothing else writes it where addresses are static; DHCP's servers are what the installer left there. */
export function resolvFile(site: Site): TargetFile[] {
  const servers = site.dns.map(
    (server) => `nameserver ${matching(/^[0-9a-f.:]+$/, 'dns', server, 'an address')}\n`,
  );
  if (servers.length === 0) return [];
  const search = site.domain === '' ? '' : `search ${plainWord('domain', site.domain)}\n`;
  return [{ path: 'etc/resolv.conf', mode: FILE, content: `${search}${servers.join('')}` }];
}

function keyFile(site: Site, name: string, folder: string): TargetFile {
  const checked = matching(NAME, 'key', name, 'a name');
  return {
    path: `${folder}/${checked}.asc`,
    mode: FILE,
    content: textOf(site, `profiles/keys/${checked}.asc`),
  };
}

/** Deb822 (sources.list(5)). */
function sourcesText({ url, suite, components = [], key }: RepositorySpec): string {
  const parts = components.map((one) => plainWord('component', one)).join(' ');
  return [
    'Types: deb',
    `URIs: ${plainWord('repository', url)}`,
    `Suites: ${plainWord('suite', suite)}`,
    ...(parts === '' ? [] : [`Components: ${parts}`]),
    `Signed-By: /etc/apt/keyrings/${matching(NAME, 'key', key, 'a name')}.asc`,
    '',
  ].join('\n');
}

/** Throws RenderError: that a name refers to a file was checked when the commit was judged. */
export function textOf({ texts }: Site, path: string): string {
  const text = texts.get(path);
  if (text === undefined) throw new RenderError(path, 'there is no such file');
  return text;
}
