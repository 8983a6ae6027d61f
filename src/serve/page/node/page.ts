/** One node: its story, what it carries and is declared to carry, and its part of the log. */

import type { NodeView, StatusView } from '../../../model/api.ts';
import type { Event } from '../../../model/event.ts';
import type { Journal } from '../../../model/journal.ts';
import { ATTEMPT_REASONS } from '../attempts.ts';
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
  /** That tell its attempts; ascending. */
  attempts: Event[];
  /** The newest; ascending. */
  events: Event[];
}

const EVENTS = 300;
const ATTEMPT_EVENTS = 60;

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
    attempts: journal.read({ node: found.name, reasons: ATTEMPT_REASONS, limit: ATTEMPT_EVENTS }),
    events: journal.read({ node: found.name, limit: EVENTS }),
  };
}

function view({ status, node, attempts, events }: NodeStory): View {
  return {
    title: `${node.name}: ${node.phase}`,
    kind: 'node',
    heading: storyHeading(node),
    main: storyPage(node, status, attempts, events),
    skips: [{ id: 'log', label: 'events' }],
  };
}
