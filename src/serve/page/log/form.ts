/** The log's filter as a form: it works by its address, and so without JavaScript. */

import { PHASES } from '../../../model/phase.ts';
import { type Html, html } from '../html.ts';
import { countSet, type LogFilter } from './filter.ts';

/** `pools`: the names there are. */
export function logForm(filter: LogFilter, pools: readonly string[]): Html {
  const { text, node, pool, severity, phase, commit, reason, actor, since, until } = filter;
  const more = [phase, commit, reason, actor, since, until].filter((value) => value !== '').length;
  return html`<search><form class="log-filter" id="log-filter" method="get" action="/log">
    <div class="inline-form">
      ${field('q', 'Search', text, 'words of the message', 'search')}
      ${field('node', 'Node', node, 'sip-n01')}
      ${choice('pool', 'Pool', pool, ['', ...pools])}
      ${choice('severity', 'Show', severity, ['', 'warning'], { '': 'everything', warning: 'problems only' })}
      <button type="submit">Filter</button>
      ${countSet(filter) > 0 && html`<a href="/log">show everything</a>`}
    </div>
    <details id="log-more"${more > 0 && html` open`}><summary>More filters${more > 0 && ` (${more})`}</summary>
      <div class="inline-form">
        ${field('since', 'Since (UTC)', since, '2h, 3d or 2026-06-01 12:00')}
        ${field('until', 'Until (UTC)', until, '2026-06-01 14:00')}
        ${choice('phase', 'Phase', phase, ['', ...PHASES])}
        ${field('commit', 'Commit', commit, 'its first digits')}
        ${field('reason', 'Reason', reason, 'Stuck, AttemptFailed')}
        ${field('actor', 'Actor', actor, 'daemon, node, git or a name')}
      </div></details>
  </form></search>`;
}

function field(name: string, label: string, value: string, placeholder: string, type = 'text'): Html {
  return html`<label class="field"><span class="label">${label}</span>
    <input type="${type}" name="${name}" value="${value}" placeholder="${placeholder}" maxlength="200" autocomplete="off" spellcheck="false"></label>`;
}

function choice(
  name: string,
  label: string,
  chosen: string,
  values: readonly string[],
  words: Readonly<Record<string, string>> = { '': 'any' },
): Html {
  return html`<label class="field"><span class="label">${label}</span>
    <select name="${name}">${values.map(
      (value) =>
        html`<option value="${value}"${value === chosen && html` selected`}>${words[value] ?? value}</option>`,
    )}</select></label>`;
}
