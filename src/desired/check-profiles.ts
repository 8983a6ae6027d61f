/** What a profile's installer needs, and what it has no use for. */

import type { Placed } from './gather.ts';
import type { Report } from './report.ts';

export function checkProfile(profile: Placed<'Profile'>, report: Report): void {
  const { installer, image, disk } = profile.spec;
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
  const idle = [...(spec.packages ? [['packages']] : []), ...(spec.disk?.layout ? [['disk', 'layout']] : [])];
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
