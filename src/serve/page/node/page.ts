/** One node: its story, what it carries and is declared to carry, and its part of the log. */

import { doneLine } from '../actions/done.ts';
import type { Ask } from '../ask.ts';
import { html } from '../html.ts';
import { log } from '../log.ts';
import type { Page, View } from '../page.ts';
import { nodeHeading, noSuchNode } from './frame.ts';
import { type NodePorts, type NodeStory, nodeStory } from './read.ts';
import { story } from './story.ts';

export function nodePage(ports: NodePorts): Page<NodeStory> {
  return {
    ...{ path: '/nodes/:name', section: 'rack', summary: 'One node' },
    model: ({ params }) => nodeStory(ports, params['name'] ?? ''),
    view,
    missing: ({ params }) => noSuchNode(params['name']),
  };
}

function view(told: NodeStory, { query, who }: Ask): View {
  const { status, node, events } = told;
  const options = { now: status.now, about: node.name, query: `node=${encodeURIComponent(node.name)}` };
  return {
    title: `${node.name}: ${node.phase}`,
    kind: 'node',
    heading: nodeHeading(node, ''),
    main: html`${doneLine(query)}<div class="story-page">${story(told, who)}${log(events, 'Events', options)}</div>`,
    skips: [
      { id: 'actions', label: 'actions' },
      { id: 'log', label: 'events' },
    ],
  };
}
