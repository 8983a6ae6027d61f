/** Container images as Git declares them, and as the site's registry has them. */

import type { ImageView, StatusView } from '../../../model/api.ts';
import type { Ask } from '../ask.ts';
import { type Html, html } from '../html.ts';
import type { Page, View } from '../page.ts';
import { count } from '../words.ts';
import { imageCard } from './image-card.ts';

export interface ImagesPorts {
  status(): StatusView;
  images(): ImageView[];
}

interface Images {
  status: StatusView;
  images: ImageView[];
}

export function imagesPage({ status, images }: ImagesPorts): Page<Images> {
  return {
    ...{ path: '/images', section: 'images', summary: 'Images of the registry' },
    model: (_ask: Ask) => ({ status: status(), images: images() }),
    view,
  };
}

/** What needs someone comes first. */
const ORDER: readonly ImageView['state'][] = [
  'problem',
  'building',
  'copying',
  'due',
  'unknown',
  'off',
  'ok',
];

function view({ status, images }: Images): View {
  const sorted = images.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return {
    title: `${status.site ?? 'barewright'}: images`,
    kind: 'page',
    heading: html`<h1>Images</h1>${totals(images)}`,
    main: html`<div class="page" id="images">
      ${images.length === 0 && none()}
      <div class="image-cards" id="image-cards">${sorted.map((image) => imageCard(image, status.now))}</div>
    </div>`,
  };
}

function totals(images: readonly ImageView[]): Html {
  const byState = ORDER.flatMap((state) => {
    const n = images.filter((image) => image.state === state).length;
    return n === 0 ? [] : [html`<li class="state-${state}">${n} ${state}</li>`];
  });
  return html`<p class="total" id="image-total"><strong>${images.length}</strong> ${count(images.length, 'image').replace(/^\d+ /, '')}</p>
    <ul class="tally" id="image-tally" role="list" aria-label="States">${byState}</ul>`;
}

function none(): Html {
  return html`<p class="empty">The commit in force declares no image. Declare one under <code>inventory/images/</code>: a mirror of
    an upstream, or a build from a directory of the repository.</p>`;
}
