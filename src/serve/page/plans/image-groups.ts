/** What a plan does to images of the site's registry. */

import type { Plan } from '../../../model/plan.ts';
import { groupImages } from '../../../plan/say-images.ts';
import { type Html, html } from '../html.ts';
import { causes } from './causes.ts';

/** Those that go; held ones stand with what else is held. */
export function imageGroups({ images }: Plan): Html | null {
  const going = groupImages(images.filter(({ hold }) => hold === null));
  if (going.length === 0) return null;
  return html`<section class="card" id="going-images" aria-labelledby="going-images-title"><h2 id="going-images-title">Images</h2>
    <ul class="groups" role="list">${going.map(
      ({
        image,
        changes,
        more,
        cause,
      }) => html`<li class="group"><span class="names"><a href="/images#image-${image}">${image}</a></span>
      <div class="group-said">${changes.map((change) => html`<p>${change}</p>`)}${more > 0 && html`<p>and ${more} more</p>`}
      ${causes({ causes: [cause] })}</div></li>`,
    )}</ul></section>`;
}
