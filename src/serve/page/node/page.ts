/** One node: its story, what it carries and is declared to carry, and its part of the log. */

import type { NodeView, StatusView } from '../../../model/api.ts';
import type { Event } from '../../../model/event.ts';
import type { Journal } from '../../../model/journal.ts';
import type { PastInstall } from '../../../model/timeline.ts';
import { chaptersOf, INSTALL_REASONS, installsOf } from '../../../timeline/timeline.ts';
import { html } from '../html.ts';
import type { Page, View } from '../page.ts';
import { storyHeading, storyPage } from '../story.ts';

export interface NodePorts {
  status(): StatusView;
  node(nameOrAddress: string): NodeView | null;
  journal: Pick<Journal, 'read'>;
}

interface NodeStory {
  status: StatusView;
  node: NodeView;
  /** The newest; oldest first. */
  installs: PastInstall[];
  /** The newest; ascending. */
  events: Event[];
}

const EVENTS = 300;
const INSTALL_EVENTS = 1_000;

export function nodePage(ports: NodePorts): Page<NodeStory> {
  return {
    ...{ path: '/nodes/:name', section: 'rack', summary: 'One node' },
    model: ({ params }) => nodeStory(ports, params['name'] ?? ''),
    view,
    missing: ({ params }) => html`There is no node <code>${params['name']}</code> in the commit in force.
      See what was: <code>barewright history</code>, or`,
  };
}

/** Null where the commit in force has no such node. */
export function nodeStory({ status, node, journal }: NodePorts, name: string): NodeStory | null {
  const found = node(name);
  if (!found) return null;
  return {
    status: status(),
    node: found,
    installs: installsIn(journal.read({ node: found.name, reasons: INSTALL_REASONS, limit: INSTALL_EVENTS })),
    events: journal.read({ node: found.name, limit: EVENTS }),
  };
}

function installsIn(events: readonly Event[]): PastInstall[] {
  return installsOf(chaptersOf(events));
}

function view({ status, node, installs, events }: NodeStory): View {
  return {
    title: `${node.name}: ${node.phase}`,
    kind: 'node',
    heading: storyHeading(node),
    main: storyPage(node, status, installs, events),
    skips: [{ id: 'log', label: 'events' }],
  };
}
