import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAnswers } from '../../src/lab/answers.ts';
import { preseed } from '../../src/render/preseed.ts';
import { aNode, aProfile, aSite } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { anInstall } from './an-install.ts';

it('the whole answer file', () => {
  expect(preseed(anInstall())).toBe(`# sip-n01: docker, generation 2
d-i debian-installer/locale string C.UTF-8
d-i debian-installer/language string en
d-i debian-installer/country string US
d-i keyboard-configuration/xkb-keymap select us
d-i time/zone string Africa/Johannesburg
d-i clock-setup/utc boolean true
d-i clock-setup/ntp boolean true
d-i clock-setup/ntp-server string 10.77.0.1
d-i netcfg/choose_interface select ${anInstall().node.bootMac}
d-i netcfg/get_hostname string sip-n01
d-i netcfg/get_domain string example.org
d-i hw-detect/load_firmware boolean false
d-i mirror/country string manual
d-i mirror/protocol string http
d-i mirror/http/hostname string mirror.example.org
d-i mirror/http/directory string /debian
d-i mirror/http/proxy string http://10.77.0.1:3128
d-i mirror/suite string trixie
d-i partman-auto/disk string /dev/disk/by-id/nvme-eui.0025385b71b00e2f
d-i grub-installer/bootdev string /dev/disk/by-id/nvme-eui.0025385b71b00e2f
d-i partman-auto/method string lvm
d-i partman-auto/choose_recipe select atomic
d-i partman-partitioning/default_label string gpt
d-i partman-efi/non_efi_system boolean true
d-i partman-partitioning/confirm_write_new_label boolean true
d-i partman/choose_partition select finish
d-i partman/confirm boolean true
d-i partman/confirm_nooverwrite boolean true
d-i partman-lvm/device_remove_lvm boolean true
d-i partman-lvm/confirm boolean true
d-i partman-lvm/confirm_nooverwrite boolean true
d-i passwd/root-login boolean false
d-i passwd/make-user boolean true
d-i passwd/username string ops
d-i passwd/user-fullname string ops
d-i passwd/user-password-crypted password $y$j9T$NotARealSalt$NotARealHash
d-i pkgsel/run_tasksel boolean false
d-i pkgsel/include string openssh-server curl g++ lldpd
d-i pkgsel/upgrade select none
d-i grub-installer/only_debian boolean true
d-i finish-install/reboot_in_progress note
d-i preseed/late_command string wget -q -O /dev/null --header=Content-Type:application/json --post-data={} 'http://10.77.0.1:8480/i/CALLBACK/complete'
d-i barewright/install-id string 0123456789abcdef0123456789abcdef
d-i barewright/profile string docker
d-i barewright/generation string 2
d-i barewright/install-digest string a1b2
d-i barewright/config-digest string c0de
d-i barewright/commit string c0ffee
d-i barewright/stacks string base docker
d-i barewright/callback-url string http://10.77.0.1:8480/i/CALLBACK
d-i barewright/report-url string http://10.77.0.1:8480/report
d-i barewright/report-key string ${'c0de'.repeat(16)}
`);
});

it('a site, a node and a profile that say nothing', () => {
  const node = aNode('n1').build();
  const site = { ...aSite([node]), domain: '' };
  const text = preseed({ ...anInstall(), site, node, profile: aProfile('base') });
  expect(text).not.toMatch(/undefined| null|NaN|\[object/);
  expect(text).toContain('\nd-i passwd/make-user boolean false\n');
  expect(text).toContain('\nd-i mirror/suite string trixie\n');
  expect(text).not.toContain('d-i mirror/protocol');
  expect(text).not.toContain('partman-auto/disk');
});

it('a mirror over https is asked for over https', () => {
  const { site, ...rest } = anInstall();
  const text = preseed({ ...rest, site: { ...site, mirror: { url: 'https://mirror.example.org/debian' } } });
  expect(text).toContain(
    'd-i mirror/protocol string https\nd-i mirror/https/hostname string mirror.example.org\n',
  );
});

it('debconf reads it, and so does the simulated installer', () => {
  const file = join(aTempDir(), 'preseed.cfg');
  writeFileSync(file, preseed(anInstall()));
  const said = execFileSync('debconf-set-selections', ['--checkonly', file], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  expect(said).toBe('');
  expect(readAnswers(preseed(anInstall()))).toMatchObject({ record: anInstall().record });
});
