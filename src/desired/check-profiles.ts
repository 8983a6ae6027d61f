/** What a profile's installer needs, and what it has no use for. */

import type { Placed } from './gather.ts';
import { checkReferred, type ReferredFiles } from './referred-files.ts';
import type { Report } from './report.ts';

export function checkProfile(profile: Placed<'Profile'>, files: ReferredFiles, report: Report): void {
  const { installer, image, disk } = profile.spec;
  checkDisk(profile, report);
  checkFiles(profile, files, report);
  if (installer === 'image') {
    checkImageInstaller(profile, report);
    return;
  }
  if (image !== undefined) {
    report.at(profile, ['spec', 'image'], {
      code: 'schema',
      message: 'an image is written by the installer `image` only',
      hint: 'Add `installer: image`, or delete the image.',
      part: 'key',
    });
  }
  if (disk?.grow !== undefined) {
    report.at(profile, ['spec', 'disk', 'grow'], {
      code: 'schema',
      severity: 'warning',
      message: 'spec.disk.grow has no effect: the Debian installer takes the whole disk',
      hint: 'Delete it, or add `installer: image`.',
      part: 'key',
    });
  }
}

function checkImageInstaller(profile: Placed<'Profile'>, report: Report): void {
  const { spec } = profile;
  for (const field of ['netboot', 'image'] as const) {
    if (spec[field] !== undefined) continue;
    const hint =
      field === 'image'
        ? 'Add the disk image: `file` or `url`, `sha256`, `format`.'
        : 'Add the kernel and initrd of the deploy ramdisk, each with `file` or `url`, and `sha256`.';
    report.at(profile, ['spec', 'installer'], {
      code: 'schema',
      message: `the installer \`image\` needs spec.${field}`,
      hint,
    });
  }
  const idle = [
    ...(spec.packages ? [['packages']] : []),
    ...(spec.disk?.layout ? [['disk', 'layout']] : []),
    ...(spec.disk?.swap ? [['disk', 'swap']] : []),
    ...(spec.repositories ? [['repositories']] : []),
    ...(spec.lateSteps ? [['lateSteps']] : []),
  ];
  for (const path of idle) {
    report.at(profile, ['spec', ...path], {
      code: 'schema',
      severity: 'warning',
      message: `spec.${path.join('.')} has no effect: an image is written as it is`,
      hint: 'Build it into the image.',
      part: 'key',
    });
  }
}

/** Two disks belong to a mirror, and a mirror has two disks, which nobody picks by chance. */
function checkDisk(profile: Placed<'Profile'>, report: Report): void {
  const { device, devices, layout } = profile.spec.disk ?? {};
  if (layout === 'raid1' && devices === undefined) {
    report.at(profile, ['spec', 'disk', 'layout'], {
      ...{ code: 'schema', message: 'the layout `raid1` needs spec.disk.devices' },
      hint: 'Name the two disks, best by /dev/disk/by-id/…',
    });
  }
  if (layout !== 'raid1' && devices !== undefined) {
    report.at(profile, ['spec', 'disk', 'devices'], {
      ...{ code: 'schema', message: 'two disks are for the layout `raid1` only', part: 'key' },
      hint: 'Add `layout: raid1`, or name one disk as `device`.',
    });
  }
  if (device !== undefined && devices !== undefined) {
    report.at(profile, ['spec', 'disk', 'device'], {
      ...{ code: 'schema', message: 'spec.disk has both `device` and `devices`', part: 'key' },
      hint: 'Keep one of the two.',
    });
  }
}

function checkFiles(profile: Placed<'Profile'>, files: ReferredFiles, report: Report): void {
  const { lateSteps = [], repositories = [] } = profile.spec;
  for (const [index, name] of lateSteps.entries()) {
    checkReferred(profile, ['spec', 'lateSteps', index], 'late step', name, files, report);
  }
  for (const [index, { key }] of repositories.entries()) {
    checkReferred(profile, ['spec', 'repositories', index, 'key'], 'key', key, files, report);
  }
}
