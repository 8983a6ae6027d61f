/** The frame every page stands in. */

import type { StatusView } from '../../model/api.ts';
import type { Reason } from '../../model/event.ts';
import { csrfField } from './actions/csrf-field.ts';
import type { PageUser } from './actions/user.ts';
import { type Content, type Html, html } from './html.ts';
import { nav, type Section } from './nav.ts';
import { clockTime, fromNow } from './time.ts';

export interface Frame {
  title: string;
  /** How the script keeps it true: by fragments of the rack or of one node, by new lines of the log, or as a whole. */
  kind: 'rack' | 'node' | 'log' | 'page' | 'plain';
  /** Which events change it, where it is kept true as a whole; all where none is named. */
  wakes?: readonly Reason[];
  status: StatusView;
  section: Section;
  heading: Content;
  main: Html;
  /** Where the skip links lead, beside the main part. */
  skips?: readonly { id: string; label: string }[];
  /** Who has logged in; left out and null: nobody. */
  who?: PageUser | null;
  /** The address of the same as JSON; null where there is none. */
  twin: string | null;
}

const STYLES = [
  ...['page', 'nav', 'marks', 'summary', 'rack', 'rack-dense', 'rack-wide', 'log', 'story'],
  ...['card', 'plans', 'commits', 'log-page', 'report', 'status', 'node', 'actions'],
];

function logOut({ name, role, pools, csrf }: PageUser): Html {
  return html`<form class="who" method="post" action="/logout">${csrfField(csrf)}<p>${name}, ${role}${pools && ` of ${pools.join(', ')}`} <button type="submit">Log out</button></p></form>`;
}

export function layout({
  title,
  kind,
  status,
  section,
  heading,
  main,
  skips = [],
  wakes = [],
  twin,
  who = null,
}: Frame): Html {
  const { version, startedAt, now, bootUrl, repository, lastEventId } = status;
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  <link rel="icon" href="data:,">
  ${twin !== null && html`<link rel="alternate" type="application/json" href="${twin}">`}
  ${STYLES.map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
  <script type="module" src="/assets/page.js"></script>
</head>
<body data-kind="${kind}" data-now="${now}" data-version="${version}" data-last="${lastEventId}"${wakes.length > 0 && html` data-wakes="${wakes.join(' ')}"`}>
  <nav class="skips" aria-label="Skip to">${[{ id: 'main', label: 'content' }, ...skips].map(
    ({ id, label }) => html`<a href="#${id}">Skip to the ${label}</a>`,
  )}</nav>
  <header class="top">
    <a class="brand" href="/">barewright</a>
    ${nav(status, section)}
    ${who && who.csrf !== '' ? logOut(who) : html`<p class="who"><a href="/login">log in</a></p>`}
    <p class="live" id="live" data-live="static" role="status"><span class="live-sign" aria-hidden="true"></span><span id="live-text">state of ${clockTime(now)}</span></p>
  </header>
  <div class="head" id="head">${heading}</div>
  <noscript><p class="banner tone-plain">With JavaScript this page follows by itself. Without it, it shows the state of
    ${clockTime(now)} UTC: <a href="">load it again</a> to see what is new.</p></noscript>
  <main id="main" tabindex="-1">${main}</main>
  <footer class="bottom">
    <p>barewright ${version}, up since ${fromNow(startedAt, now)}</p>
    <p>follows <code>${repository}</code></p>
    <p>machines boot from <code>${bootUrl}</code></p>
    ${twin !== null && html`<p><a href="${twin}" type="application/json">this page as JSON</a></p>`}
  </footer>
  <p class="vh" id="spoken" role="status" aria-live="polite"></p>
</body>
</html>`;
}
