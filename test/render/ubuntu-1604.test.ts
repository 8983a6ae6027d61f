/** The installer of Ubuntu 16.04 is the same family: a site that still has such machines puts this template in place of ours. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { preseed } from '../../src/render/preseed.ts';
import { templatePath } from '../../src/render/templates.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { anInstall } from './an-install.ts';

const TEMPLATE = readFileSync(join(import.meta.dirname, 'ubuntu-1604.liquid'), 'utf8');

function rendered(): string {
  const { site, profile, ...rest } = anInstall();
  return preseed({
    ...rest,
    site: {
      ...site,
      mirror: { url: 'http://mirror.example.org/ubuntu' },
      texts: new Map([[templatePath('preseed'), TEMPLATE]]),
    },
    profile: { ...profile, os: { family: 'debian', release: 'xenial' } },
  });
}

it('the whole answer file in the form of Ubuntu 16.04', () => {
  expect(rendered()).toMatchInlineSnapshot(`
    "# sip-n01: docker, generation 2
    d-i debian-installer/locale string en_US.UTF-8
    d-i console-setup/ask_detect boolean false
    d-i keyboard-configuration/xkb-keymap select us
    d-i time/zone string Africa/Johannesburg
    d-i clock-setup/utc boolean true
    d-i clock-setup/ntp boolean true
    d-i clock-setup/ntp-server string 10.77.0.1
    d-i netcfg/choose_interface select auto
    d-i netcfg/get_hostname string sip-n01
    d-i netcfg/get_domain string example.org
    d-i mirror/country string manual
    d-i mirror/http/hostname string mirror.example.org
    d-i mirror/http/directory string /ubuntu
    d-i mirror/http/proxy string
    d-i mirror/suite string xenial
    d-i live-installer/net-image string
    d-i partman-auto/method string lvm
    d-i partman-auto/choose_recipe select atomic
    d-i partman-lvm/device_remove_lvm boolean true
    d-i partman-lvm/confirm boolean true
    d-i partman-lvm/confirm_nooverwrite boolean true
    d-i partman-auto-lvm/guided_size string max
    d-i partman-partitioning/confirm_write_new_label boolean true
    d-i partman/choose_partition select finish
    d-i partman/confirm boolean true
    d-i partman/confirm_nooverwrite boolean true
    d-i passwd/root-login boolean false
    d-i passwd/make-user boolean false
    d-i user-setup/encrypt-home boolean false
    d-i base-installer/kernel/image string linux-generic
    tasksel tasksel/first multiselect none
    d-i pkgsel/include string openssh-server sudo lvm2 systemd-timesyncd curl g++ lldpd
    d-i pkgsel/upgrade select none
    d-i pkgsel/update-policy select none
    d-i debian-installer/add-kernel-opts string console=tty0 console=ttyS1,115200n8
    d-i grub-installer/only_debian boolean true
    d-i grub-installer/with_other_os boolean false
    d-i preseed/early_command string sh /barewright/early.sh
    d-i partman/early_command string sh /barewright/partman.sh
    d-i finish-install/reboot_in_progress note
    "
  `);
});

it('debconf reads it', () => {
  const file = join(aTempDir(), 'preseed.cfg');
  writeFileSync(file, rendered());
  execFileSync('debconf-set-selections', ['--checkonly', file], { stdio: 'pipe' });
});
