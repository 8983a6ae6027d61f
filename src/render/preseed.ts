/** The answer file of the Debian installer: values in, exact text out (d-i appendix B). */

import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import type { InstallRecord } from '../model/event.ts';
import { debconfValue, shellWord } from './text.ts';

export interface PreseedInput {
  site: Site;
  node: DesiredNode;
  profile: Profile;
  record: InstallRecord;
  /** Base URL of the boot plane, without a trailing slash. */
  bootUrl: string;
  callbackToken: string;
}

/** Renders the answers of one attempt. Throws RenderError for a value that could break out of its line. */
export function preseed({ site, node, profile, record, bootUrl, callbackToken }: PreseedInput): string {
  const callback = `${bootUrl}/i/${callbackToken}`;
  const lines = [
    `# ${debconfValue('name', node.name)}: ${debconfValue('profile', profile.name)}, generation ${record.generation}`,
    ...locale(site),
    ...network(site, node),
    ...mirror(site, profile),
    ...disk(profile),
    ...users(profile),
    ...packages(profile),
    di('finish-install/reboot_in_progress', 'note', ''),
    di(
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
    di('barewright/stacks', 'string', (profile.stacks ?? []).map((stack) => stack.name).join(' ')),
    di('barewright/callback-url', 'string', callback),
    di('barewright/report-url', 'string', `${bootUrl}/report`),
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

function mirror(site: Site, profile: Profile): string[] {
  const url = new URL(site.mirror?.url ?? 'http://deb.debian.org/debian');
  return [
    di('mirror/country', 'string', 'manual'),
    di('mirror/protocol', 'string', url.protocol.slice(0, -1)),
    di('mirror/http/hostname', 'string', url.host),
    di('mirror/http/directory', 'string', url.pathname),
    di('mirror/http/proxy', 'string', site.mirror?.proxy ?? ''),
    di('mirror/suite', 'string', profile.os.release),
  ];
}

function disk(profile: Profile): string[] {
  const { device, layout = 'single' } = profile.disk ?? {};
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
  return [
    di('passwd/root-login', 'boolean', 'false'),
    di('passwd/make-user', 'boolean', String(user !== undefined)),
    ...(user
      ? [
          di('passwd/username', 'string', user.name),
          di('passwd/user-fullname', 'string', user.name),
          di('passwd/user-password-crypted', 'password', user.passwordHash ?? '!'),
        ]
      : []),
  ];
}

function packages(profile: Profile): string[] {
  const wanted = ['openssh-server', ...(profile.packages ?? [])];
  return [
    di('pkgsel/run_tasksel', 'boolean', 'false'),
    di('pkgsel/include', 'string', wanted.join(' ')),
    di('pkgsel/upgrade', 'select', 'none'),
    di('grub-installer/only_debian', 'boolean', 'true'),
  ];
}

function di(question: string, type: string, value: string): string {
  return `d-i ${question} ${type} ${debconfValue(question, value)}`.trimEnd();
}
