/** The whole log: what happened, searched and filtered, live while its newest page is shown. */

import type { NodeView, StatusView } from '../../../model/api.ts';
import type { Event } from '../../../model/event.ts';
import type { Journal } from '../../../model/journal.ts';
import { type Ask, addressWith } from '../ask.ts';
import { html } from '../html.ts';
import { log } from '../log.ts';
import type { Page, View } from '../page.ts';
import { type LogFilter, logFilterOf, queryOf, readLog, timeOf } from './filter.ts';
import { logForm } from './form.ts';

export interface LogPorts {
  status(): StatusView;
  nodes(): NodeView[];
  journal: Pick<Journal, 'read'>;
}

interface Log {
  status: StatusView;
  filter: LogFilter;
  /** There are, by name. */
  pools: string[];
  /** Ascending. */
  events: Event[];
  /** For the page of older ones: they are before this event. Null where there are none. */
  olderThan: number | null;
  /** What of the filter was not understood. */
  problems: string[];
}

const SIZE = 200;

export function logPage({ status: statusNow, nodes: nodesNow, journal }: LogPorts): Page<Log> {
  function model(ask: Ask): Log {
    const [status, nodes, filter] = [statusNow(), nodesNow(), logFilterOf(ask)];
    const found = readLog(journal, filter, { now: status.now, limit: SIZE + 1, nodes });
    const events = found.slice(-SIZE);
    return {
      ...{ status, filter, events, problems: problemsOf(filter, status.now) },
      pools: [...new Set(nodes.map(({ pool }) => pool))],
      olderThan: found.length > SIZE ? (events[0]?.id ?? null) : null,
    };
  }
  return { path: '/log', section: 'log', summary: 'The log', model, view };
}

function problemsOf({ since, until }: LogFilter, now: number): string[] {
  return [since, until].flatMap((text) =>
    text !== '' && timeOf(text, now) === undefined
      ? [`“${text}” is no time: write 2h, 3d, or 2026-06-01 12:00 (UTC).`]
      : [],
  );
}

function view({ status, filter, pools, events, olderThan, problems }: Log, ask: Ask): View {
  const isPast = filter.before !== '' || filter.until !== '';
  return {
    title: `${status.site ?? 'barewright'}: log`,
    kind: isPast ? 'plain' : 'log',
    heading: html`<h1>Log</h1>`,
    main: html`<div class="page log-page">
      ${logForm(filter, pools)}
      ${problems.map((problem) => html`<p class="banner tone-warn">${problem}</p>`)}
      ${log(events, 'Events', { now: status.now, query: queryOf(filter), empty: 'Nothing in the log fits.' })}
      <p class="turn">${filter.before !== '' && html`<a href="${addressWith(ask, { before: '' })}">The newest</a>`}
        ${olderThan !== null && html`<a href="${addressWith(ask, { before: `${olderThan}` })}" rel="next">Older events</a>`}</p>
    </div>`,
    skips: [{ id: 'log', label: 'events' }],
  };
}
