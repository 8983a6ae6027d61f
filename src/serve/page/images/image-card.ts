/** One image: its state, its tags with what is wanted and what is there, and who needs it. */

import type { ImageTagView, ImageView } from '../../../model/api.ts';
import { shortDigest } from '../../../plan/say-images.ts';
import { type Html, html } from '../html.ts';
import { commitLink } from '../names.ts';
import { fromNow } from '../time.ts';
import { withCommands } from '../words.ts';

const SIGNS: Record<ImageView['state'], [sign: string, tone: string]> = {
  ok: ['✓', 'good'],
  building: ['…', 'busy'],
  copying: ['…', 'busy'],
  due: ['→', 'busy'],
  problem: ['!', 'bad'],
  unknown: ['?', 'warn'],
  off: ['–', 'soft'],
};

export function imageCard(image: ImageView, now: number): Html {
  const { name, from, repository, state, message, tags, requiredBy, source, lookedAt } = image;
  const [sign, tone] = SIGNS[state];
  return html`<section class="card image state-${state}" id="image-${name}" aria-labelledby="image-${name}-title">
    <h2 id="image-${name}-title">${name} <span class="part-state tone-${tone}"><span class="sign" aria-hidden="true">${sign}</span> ${state}</span></h2>
    <div class="card-body">
      ${message !== '' && html`<p class="image-says">${withCommands(message)}</p>`}
      ${progress(image)}
      <p class="soft"><code>${repository}</code> from <code>${from}</code></p>
      <p class="soft">${requiredBy.length > 0 ? `required by ${requiredBy.join(', ')}` : 'required by nothing'}, declared in <code>${source}</code>${
        lookedAt !== null && html`, looked at ${fromNow(lookedAt, now)}`
      }</p>
      ${held(image)}
    </div>
    ${tags.length > 0 && tagTable(name, tags)}</section>`;
}

function progress({ progress: done, name }: ImageView): Html | null {
  if (!done) return null;
  const { bytes, of } = done;
  return html`<progress max="${of ?? 1}"${of !== null && html` value="${bytes}"`} aria-label="copy of ${name}"></progress>`;
}

function held({ actions }: ImageView): Html[] {
  return actions.flatMap(({ hold, change }) =>
    hold
      ? [
          html`<p class="waits-for"><span class="guard">${hold.guard}</span> ${change}: ${hold.why} <a href="/plans">plan</a></p>`,
        ]
      : [],
  );
}

function tagTable(name: string, tags: readonly ImageTagView[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Tags of ${name}"><table class="stacks-up">
    <thead><tr><th scope="col">Tag</th><th scope="col">Git wants</th><th scope="col">The registry has</th><th scope="col">Comes from</th></tr></thead>
    <tbody>${tags.map(tagRow)}</tbody></table></div>`;
}

function tagRow({ tag, wanted, present, provenance }: ImageTagView): Html {
  const differs = wanted !== null && wanted !== present;
  return html`<tr${differs && html` class="differs-tag"`}><th scope="row"><code>${tag}</code></th>
    <td data-label="Git wants">${digest(wanted, 'not known')}</td>
    <td data-label="The registry has">${differs && html`<span class="sign tone-warn" aria-hidden="true">≠</span><span class="vh">differs: </span> `}${digest(present, 'nothing')}</td>
    <td data-label="Comes from">${
      provenance
        ? html`${commitLink({ id: provenance.commit })} <span class="by">${provenance.author}</span>
          <span class="note">${provenance.builder}, ${provenance.time.slice(0, 16).replace('T', ' ')} UTC${provenance.base !== '' && html`, on <code>${provenance.base}</code>`}</span>`
        : html`<span class="soft">upstream</span>`
    }</td></tr>`;
}

function digest(value: string | null, none: string): Html {
  if (value === null || value === 'unknown') return html`<span class="soft">${value ?? none}</span>`;
  return html`<code class="digest" title="${value}">${shortDigest(value)}</code>`;
}
