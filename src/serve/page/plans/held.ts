/** What a guard keeps back: the guard by its name, its sentence, and how it is let go. */

import type { Plan } from '../../../model/plan.ts';
import { type Group, releaseOf } from '../../../plan/group.ts';
import { groupImages, releaseOfImages } from '../../../plan/say-images.ts';
import { type Html, html } from '../html.ts';
import { nodeLinks } from '../names.ts';
import { withCommands } from '../words.ts';
import { causes } from './causes.ts';

export function heldCard(group: Group, digest: string, index: number): Html {
  const { nodes, change, hold, effect } = group;
  const release = releaseOf(group, digest);
  return html`<li class="group is-held">${nodeLinks(nodes, `names-held-${index}`)}
    <div class="group-said"><p>${effect === 'DESTROYS DISK' && html`<span class="effect destroys">${effect}</span> `}${change}</p>
    ${hold && html`<p class="waits-for"><span class="guard">${hold.guard}</span> ${withCommands(hold.why)}</p>`}
    ${release !== '' && html`<p class="release-by"><span class="label">release</span> ${withCommands(release)}</p>`}
    ${causes(group)}</div></li>`;
}

/** Tags whose removal is held. */
export function heldImages({ images, digest }: Plan): Html[] {
  return groupImages(images.filter(({ hold }) => hold !== null)).map(
    ({
      image,
      changes,
      more,
      hold,
      cause,
    }) => html`<li class="group is-held"><span class="names"><a href="/images#image-${image}">${image}</a></span>
    <div class="group-said">${changes.map((change) => html`<p>${change}</p>`)}${more > 0 && html`<p>and ${more} more</p>`}
    ${hold && html`<p class="waits-for"><span class="guard">${hold.guard}</span> ${hold.why}</p>`}
    <p class="release-by"><span class="label">release</span> ${withCommands(releaseOfImages(digest))}</p>
    ${causes({ causes: [cause] })}</div></li>`,
  );
}
