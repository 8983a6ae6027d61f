/** The first page: the site in a few lines, the rack, and the log beside it. */

import type { NodeView, StatusView } from '../../../model/api.ts';
import type { Commit } from '../../../model/desired.ts';
import type { Event } from '../../../model/event.ts';
import type { Journal } from '../../../model/journal.ts';
import { banners } from '../banners.ts';
import { filterOf } from '../filter.ts';
import { home } from '../home.ts';
import { type Html, html } from '../html.ts';
import type { Page, View } from '../page.ts';
import { summary, totals } from '../summary.ts';

export interface RackPorts {
  status(): StatusView;
  nodes(): NodeView[];
  journal: Pick<Journal, 'read'>;
}

interface Rack {
  status: StatusView;
  nodes: NodeView[];
  /** The newest; ascending. */
  events: Event[];
  /** The newest commit, where it was refused and the journal still knows it. */
  refused: Commit | null;
}

/** Events that the log beside the rack begins with. */
const EVENTS = 300;

export function rackPage({ status, nodes, journal }: RackPorts): Page<Rack> {
  function model(): Rack {
    const now = status();
    const events = journal.read({ limit: EVENTS });
    return { status: now, nodes: nodes(), events, refused: refusedCommit(now, journal) };
  }
  return {
    ...{ path: '/', section: 'rack', summary: 'Rack', model },
    view: (rack, { query }) => view(rack, filterOf(query)),
  };
}

function view({ status, nodes, events, refused }: Rack, filter: ReturnType<typeof filterOf>): View {
  const facts = summaryOf(status, nodes, refused);
  return {
    title: `${status.site ?? 'barewright'}: rack`,
    kind: 'rack',
    heading: html`<h1>${status.site ?? 'no site yet'}</h1>${totals(status, filter)}`,
    main: home({ status, nodes, events, filter, summary: facts }),
    skips: [
      { id: 'rack', label: 'rack' },
      { id: 'log', label: 'reconcile log' },
    ],
  };
}

/** The site's facts, and what needs someone. */
export function summaryOf(status: StatusView, nodes: readonly NodeView[], refused: Commit | null): Html {
  return summary(status, banners(status, nodes, refused));
}

export function refusedCommit({ git }: StatusView, journal: Pick<Journal, 'read'>): Commit | null {
  if (git.state !== 'bad-commit' || git.head === null) return null;
  const [event] = journal.read({ reasons: ['CommitRejected'], commit: git.head, limit: 1 });
  return event?.reason === 'CommitRejected' ? event.data.commit : null;
}
