/** Partitions, as partman-auto reads them (partman-auto-recipe.txt): smallest size, priority, largest size in MB; -1 is all. */

import type { Firmware } from '../model/site.ts';
import type { DiskSpec } from '../model/site-parts.ts';
import { RenderError } from './text.ts';

const MEGABYTES: Record<string, number> = { M: 1, G: 1_024 };

/** One line. GPT always, so that disks beyond 2 TB need nothing of their own. Throws RenderError for a size it cannot read. */
export function diskRecipe({ layout = 'single', swap = 'none' }: DiskSpec, firmware: Firmware): string {
  const start =
    firmware === 'uefi'
      ? '512 512 512 free $iflabel{ gpt } $reusemethod{ } method{ efi } format{ } .'
      : '1 1 1 free $iflabel{ gpt } $reusemethod{ } method{ biosgrub } .';
  const size = swap === 'none' ? null : megabytes(swap);
  return ['barewright ::', start, ...BODY[layout](size)].join(' ');
}

const ROOT = 'method{ format } format{ } use_filesystem{ } filesystem{ ext4 } mountpoint{ / }';

const BODY: Record<NonNullable<DiskSpec['layout']>, (swap: number | null) => string[]> = {
  single: (swap) => [`2000 10000 -1 ext4 ${ROOT} .`, ...swapPart(swap, '')],
  lvm: (swap) => [
    '512 768 1024 ext4 method{ format } format{ } use_filesystem{ } filesystem{ ext4 } mountpoint{ /boot } .',
    `2000 10000 -1 ext4 $lvmok{ } lv_name{ root } ${ROOT} .`,
    ...swapPart(swap, '$lvmok{ } lv_name{ swap } '),
  ],
  raid1: (swap) => [
    '2000 10000 -1 raid method{ raid } .',
    ...(swap === null ? [] : [`${swap} ${swap} ${swap} raid method{ raid } .`]),
  ],
};

function swapPart(size: number | null, extra: string): string[] {
  return size === null ? [] : [`${size} ${size} ${size} linux-swap ${extra}method{ swap } format{ } .`];
}

function megabytes(swap: string): number {
  const [, count, unit = ''] = /^([1-9][0-9]{0,5})([MG])$/.exec(swap) ?? [];
  const factor = MEGABYTES[unit];
  if (count === undefined || factor === undefined)
    throw new RenderError('swap', `not a size: ${JSON.stringify(swap)}`);
  return Number(count) * factor;
}
