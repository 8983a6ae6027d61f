/** The whole log: what happened, searched and filtered, live while its newest page is shown. */

import type { StatusView } from '../../../model/api.ts';
import type { Event } from '../../../model/event.ts';
import type { EventPorts } from '../../event-query.ts';
import { type Ask, addressWith } from '../ask.ts';
import { html } from '../html.ts';
import { log } from '../log.ts';
import type { Page, View } from '../page.ts';
import { type LogFilter, logFilterOf, queryOf, readLog } from './filter.ts';
import { logForm } from './form.ts';

export interface LogPorts extends EventPorts {
  status(): StatusView;
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

export function logPage(ports: LogPorts): Page<Log> {
  function model(ask: Ask): Log {
    const [status, filter] = [ports.status(), logFilterOf(ask)];
    const found = readLog(ports, filter, { now: status.now, limit: SIZE + 1 });
    const events = found.events.slice(-SIZE);
    return {
      ...{ status, filter, events, problems: found.problems },
      pools: [...new Set(ports.members()?.values())],
      olderThan: found.events.length > SIZE ? (events[0]?.id ?? null) : null,
    };
  }
  return { path: '/log', section: 'log', summary: 'The log', model, view };
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
