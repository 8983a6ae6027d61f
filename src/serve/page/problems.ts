/** The mistakes of a commit: where each stands, what it is, and how to mend it. */

import type { Problem } from '../../model/problem.ts';
import { type Html, html } from './html.ts';

/** More than this are a flood; the command line lists them all. */
const AT_MOST = 50;
const OPEN = 5;

/** `open`: so many are shown, the others are folded. */
export function problemList(problems: readonly Problem[], open = OPEN): Html {
  const shown = problems.slice(0, AT_MOST);
  const rest = problems.length - shown.length;
  const folded = shown.slice(open);
  return html`<ol class="problems" role="list">${shown.slice(0, open).map(problem)}</ol>
    ${
      folded.length > 0 &&
      html`<details class="more-problems" id="more-problems"><summary>${folded.length + rest} more</summary>
        <ol class="problems" role="list">${folded.map(problem)}</ol>
        ${rest > 0 && html`<p>and ${rest} more: <code>barewright validate</code> lists them all</p>`}</details>`
    }`;
}

function problem({ code, file, line, column, message, hint, excerpt }: Problem): Html {
  return html`<li>
    <p><code class="where">${file}${line > 0 && `:${line}:${column}`}</code> <span class="code">${code}</span></p>
    <p class="message">${message}</p>
    ${excerpt && html`<pre class="excerpt">${excerpt}</pre>`}
    ${hint && html`<p class="hint">${hint}</p>`}
  </li>`;
}
