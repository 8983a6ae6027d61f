import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { preseed } from '../../src/render/preseed.ts';
import { aNode, aProfile, aSite } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { anInstall } from './an-install.ts';

it('the whole answer file', () => {
  expect(preseed(anInstall())).toMatchInlineSnapshot(`
    "# sip-n01: docker, generation 2
    d-i debian-installer/locale string C.UTF-8
    d-i debian-installer/language string en
    d-i debian-installer/country string US
    d-i keyboard-configuration/xkb-keymap select us
    d-i time/zone string Africa/Johannesburg
    d-i clock-setup/utc boolean true
    d-i clock-setup/ntp boolean true
    d-i clock-setup/ntp-server string 10.77.0.1
    d-i netcfg/choose_interface select auto
    d-i netcfg/dhcp_timeout string 60
    d-i netcfg/link_wait_timeout string 30
    d-i netcfg/hostname string sip-n01
    d-i netcfg/get_hostname string sip-n01
    d-i netcfg/get_domain string example.org
    d-i netcfg/wireless_wep string
    d-i hw-detect/load_firmware boolean false
    d-i mirror/country string manual
    d-i mirror/protocol string http
    d-i mirror/http/hostname string mirror.example.org
    d-i mirror/http/directory string /debian
    d-i mirror/http/proxy string http://10.77.0.1:3128
    d-i mirror/suite string trixie
    d-i apt-setup/services-select multiselect
    d-i apt-setup/enable-source-repositories boolean false
    d-i apt-setup/disable-cdrom-entries boolean true
    d-i preseed/early_command string sh /barewright/early.sh
    d-i partman/early_command string sh /barewright/partman.sh
    d-i partman-auto/method string lvm
    d-i partman-auto/expert_recipe string barewright :: 512 512 512 free $iflabel{ gpt } $reusemethod{ } method{ efi } format{ } . 512 768 1024 ext4 method{ format } format{ } use_filesystem{ } filesystem{ ext4 } mountpoint{ /boot } . 2000 10000 -1 ext4 $lvmok{ } lv_name{ root } method{ format } format{ } use_filesystem{ } filesystem{ ext4 } mountpoint{ / } .
    d-i partman-auto-lvm/guided_size string max
    d-i partman-auto-lvm/new_vg_name string system
    d-i partman-auto/confirm_remove_lvm boolean true
    d-i partman-lvm/device_remove_lvm boolean true
    d-i partman-lvm/device_remove_lvm_span boolean true
    d-i partman-lvm/confirm boolean true
    d-i partman-lvm/confirm_nooverwrite boolean true
    d-i partman-md/device_remove_md boolean true
    d-i partman-md/confirm boolean true
    d-i partman-md/confirm_nooverwrite boolean true
    d-i partman-partitioning/default_label string gpt
    d-i partman-partitioning/choose_label string gpt
    d-i partman-partitioning/confirm_write_new_label boolean true
    d-i partman-basicfilesystems/no_swap boolean false
    d-i partman-efi/non_efi_system boolean true
    d-i partman/choose_partition select finish
    d-i partman/confirm boolean true
    d-i partman/confirm_nooverwrite boolean true
    d-i partman/mount_style select uuid
    d-i passwd/root-login boolean true
    d-i passwd/root-password-crypted password *
    d-i passwd/make-user boolean false
    d-i base-installer/install-recommends boolean false
    d-i base-installer/kernel/image string linux-image-amd64
    tasksel tasksel/first multiselect
    d-i pkgsel/run_tasksel boolean false
    d-i pkgsel/include string openssh-server sudo lvm2 systemd-timesyncd curl g++ lldpd
    d-i pkgsel/upgrade select none
    d-i pkgsel/update-policy select none
    popularity-contest popularity-contest/participate boolean false
    d-i debian-installer/add-kernel-opts string console=tty0 console=ttyS1,115200n8
    d-i grub-installer/only_debian boolean true
    d-i grub-installer/with_other_os boolean false
    d-i grub-installer/force-efi-extra-removable boolean true
    d-i finish-install/keep-consoles boolean true
    d-i finish-install/reboot_in_progress note
    "
  `);
});

it('a site, a node and a profile that say nothing', () => {
  const node = aNode('n1').build();
  const site = { ...aSite([node]), domain: '' };
  const text = preseed({ ...anInstall(), site, node, profile: aProfile('base') });
  expect(text).not.toMatch(/undefined| null|NaN|\[object/);
  expect(text).toContain('\nd-i mirror/suite string trixie\n');
  // The installer has a mirror of its own that it takes where nobody names one.
  expect(text.match(/^d-i mirror\/.*$/gm)).toEqual(['d-i mirror/suite string trixie']);
  expect(text).toContain('\nd-i apt-setup/services-select multiselect security, updates\n');
  expect(text).toContain('\nd-i pkgsel/include string openssh-server\n');
  expect(text).toContain('\nd-i debian-installer/add-kernel-opts string\n');
});

it('a mirror over https is asked for over https', () => {
  const { site, ...rest } = anInstall();
  const text = preseed({ ...rest, site: { ...site, mirror: { url: 'https://mirror.example.org/debian' } } });
  expect(text).toContain(
    'd-i mirror/protocol string https\nd-i mirror/https/hostname string mirror.example.org\n',
  );
});

it('debconf reads it', () => {
  const file = join(aTempDir(), 'preseed.cfg');
  writeFileSync(file, preseed(anInstall()));
  const said = execFileSync('debconf-set-selections', ['--checkonly', file], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  expect(said).toBe('');
});
