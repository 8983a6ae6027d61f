/** The answer file of the Debian installer: values in, exact text out (d-i appendix B). */

import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import type { InstallRecord } from '../model/event.ts';
import { debconfValue, matching, plainWord, RenderError, shellWord } from './text.ts';

export interface PreseedInput {
  site: Site;
  node: DesiredNode;
  profile: Profile;
  record: InstallRecord;
  /** Base URL of the boot plane, without a trailing slash. */
  bootUrl: string;
  callbackToken: string;
  /** The installed system signs its reports with it. */
  reportKey: string;
}

/** Renders the answers of one attempt. Throws RenderError for a value that could break out of its line. */
export function preseed(input: PreseedInput): string {
  const { site, node, profile, record, bootUrl, callbackToken } = input;
  const callback = `${bootUrl}/i/${callbackToken}`;
  const lines = [
    `# ${plainWord('name', node.name)}: ${plainWord('profile', profile.name)}, generation ${record.generation}`,
    ...locale(site),
    ...network(site, node),
    ...mirror(site, profile),
    ...disk(profile),
    ...users(profile),
    ...packages(profile),
    di('finish-install/reboot_in_progress', 'note', ''),
    raw(
      'preseed/late_command',
      'string',
      `wget -q -O /dev/null --header=Content-Type:application/json --post-data={} ${shellWord('callback', `${callback}/complete`)}`,
    ),
    di('barewright/install-id', 'string', record.installId),
    di('barewright/profile', 'string', record.profile),
    di('barewright/generation', 'string', String(record.generation)),
    di('barewright/install-digest', 'string', record.installDigest),
    di('barewright/config-digest', 'string', node.configDigest),
    di('barewright/commit', 'string', record.commit),
    words(
      'barewright/stacks',
      (profile.stacks ?? []).map((stack) => stack.name),
    ),
    di('barewright/callback-url', 'string', callback),
    di('barewright/report-url', 'string', `${bootUrl}/report`),
    di('barewright/report-key', 'string', input.reportKey),
  ];
  return `${lines.join('\n')}\n`;
}

function locale(site: Site): string[] {
  return [
    di('debian-installer/locale', 'string', 'C.UTF-8'),
    di('debian-installer/language', 'string', 'en'),
    di('debian-installer/country', 'string', 'US'),
    di('keyboard-configuration/xkb-keymap', 'select', 'us'),
    di('time/zone', 'string', site.timezone),
    di('clock-setup/utc', 'boolean', 'true'),
    di('clock-setup/ntp', 'boolean', String(site.ntp.length > 0)),
    ...site.ntp.slice(0, 1).map((server) => di('clock-setup/ntp-server', 'string', server)),
  ];
}

function network(site: Site, node: DesiredNode): string[] {
  return [
    di('netcfg/choose_interface', 'select', node.bootMac),
    di('netcfg/get_hostname', 'string', node.name),
    ...(site.domain ? [di('netcfg/get_domain', 'string', site.domain)] : []),
    di('hw-detect/load_firmware', 'boolean', 'false'),
  ];
}

/** Without a declared mirror the installer takes its own default. */
function mirror(site: Site, profile: Profile): string[] {
  const suite = di('mirror/suite', 'string', profile.os.release);
  if (!site.mirror) return [suite];
  const url = plainWord('mirror', site.mirror.url);
  if (!URL.canParse(url)) throw new RenderError('mirror', `not a URL: ${JSON.stringify(url)}`);
  const { protocol, host, pathname } = new URL(url);
  const scheme = matching(/^https?$/, 'mirror', protocol.slice(0, -1), 'http or https');
  return [
    di('mirror/country', 'string', 'manual'),
    di('mirror/protocol', 'string', scheme),
    di(`mirror/${scheme}/hostname`, 'string', host),
    di(`mirror/${scheme}/directory`, 'string', pathname),
    di(`mirror/${scheme}/proxy`, 'string', site.mirror.proxy ?? ''),
    suite,
  ];
}

function disk(profile: Profile): string[] {
  const { device, layout = 'single' } = profile.disk ?? {};
  if (device) matching(/^\/dev\/[\w.:+/-]+$/, 'disk', device, 'a device');
  return [
    ...(device
      ? [di('partman-auto/disk', 'string', device), di('grub-installer/bootdev', 'string', device)]
      : []),
    di('partman-auto/method', 'string', layout === 'lvm' ? 'lvm' : 'regular'),
    di('partman-auto/choose_recipe', 'select', 'atomic'),
    di('partman-partitioning/default_label', 'string', 'gpt'),
    di('partman-efi/non_efi_system', 'boolean', 'true'),
    di('partman-partitioning/confirm_write_new_label', 'boolean', 'true'),
    di('partman/choose_partition', 'select', 'finish'),
    di('partman/confirm', 'boolean', 'true'),
    di('partman/confirm_nooverwrite', 'boolean', 'true'),
    ...(layout === 'lvm'
      ? [
          di('partman-lvm/device_remove_lvm', 'boolean', 'true'),
          di('partman-lvm/confirm', 'boolean', 'true'),
          di('partman-lvm/confirm_nooverwrite', 'boolean', 'true'),
        ]
      : []),
  ];
}

function users(profile: Profile): string[] {
  const user = profile.users?.find((candidate) => candidate.passwordHash);
  if (user) matching(/^[a-z_][a-z0-9_-]{0,31}$/, 'user', user.name, 'the name of an account');
  const hash = user?.passwordHash ?? '!';
  return [
    di('passwd/root-login', 'boolean', 'false'),
    di('passwd/make-user', 'boolean', String(user !== undefined)),
    ...(user
      ? [
          di('passwd/username', 'string', user.name),
          di('passwd/user-fullname', 'string', user.name),
          raw(
            'passwd/user-password-crypted',
            'password',
            matching(HASH, 'password', hash, 'a crypt(5) hash'),
          ),
        ]
      : []),
  ];
}

function packages(profile: Profile): string[] {
  const wanted = ['openssh-server', ...(profile.packages ?? [])];
  // A leading dash would be an option of apt, which runs as root.
  for (const name of wanted) matching(/^[a-z0-9][a-z0-9+.-]+$/, 'package', name, 'the name of a package');
  return [
    di('pkgsel/run_tasksel', 'boolean', 'false'),
    words('pkgsel/include', wanted),
    di('pkgsel/upgrade', 'select', 'none'),
    di('grub-installer/only_debian', 'boolean', 'true'),
  ];
}

/** A question and its answer, one plain word or nothing: what the installer's shell scripts make of it is their affair. */
function di(question: string, type: string, value: string): string {
  return raw(question, type, value === '' ? '' : plainWord(question, value));
}

function words(question: string, values: readonly string[]): string {
  return raw(question, 'string', values.map((value) => plainWord(question, value)).join(' '));
}

/** An answer that was checked, or made, by the caller. */
function raw(question: string, type: string, value: string): string {
  return `d-i ${question} ${type} ${debconfValue(question, value)}`.trimEnd();
}

/** What mkpasswd(1) makes with yescrypt or SHA-512. */
const HASH = /^\$(y|6)\$[./A-Za-z0-9$=]+$/;
