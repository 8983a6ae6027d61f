import type { ImageView } from '../model/api.ts';
import type { Paint } from '../plan/paint.ts';
import { formatTable } from './table.ts';

/** Images as aligned rows; what is wrong or to be done stands last. */
export function imageTable(images: readonly ImageView[], paint: Paint, columns?: number): string {
  const header = ['NAME', 'FROM', 'REPOSITORY', 'TAGS', 'STATE', 'MESSAGE'];
  const rows = images.map((image) => {
    const there = image.tags.filter(({ wanted, present }) => present !== null && present === wanted).length;
    return [
      { text: image.name, paint: paint.strong },
      image.from,
      image.repository,
      image.lookedAt === null ? '-' : `${there} of ${image.tags.length}`,
      { text: image.state, paint: statePaint(paint, image.state) },
      image.message || '-',
    ];
  });
  return formatTable(header, rows, columns === undefined ? {} : { columns });
}

export function statePaint(paint: Paint, state: ImageView['state']): (text: string) => string {
  if (state === 'ok') return paint.good;
  return state === 'problem' ? paint.warning : (text) => text;
}
