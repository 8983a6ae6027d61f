/** A node's story, of the control API: its timeline, and where it stood at a time. */

import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Journal } from '../model/journal.ts';
import type { Explanation, Timeline } from '../model/timeline.ts';
import { type ChapterFilter, chooseChapters } from '../timeline/choose-chapters.ts';
import { explainer } from '../timeline/explain.ts';
import { chaptersOf } from '../timeline/timeline.ts';
import { READS } from './access/rule.ts';
import { AT_QUERY, TIMELINE_QUERY } from './control-schemas.ts';
import { type EventPorts, nodeOf } from './event-query.ts';
import { ref } from './shapes/shape.ts';

type Named = { Params: { name: string } };
type TimelineQuery = Named & { Querystring: ChapterFilter & { limit: number } };

/** Read in one go, some 10 ms. */
const PAGE = 2_000;
/** Of what came next. */
const NEXT = 100;

export interface StoryPorts extends EventPorts {
  status(): { now: number };
  /** Before this time the journal keeps only the ledger; null where it has everything. */
  removedBefore(): number | null;
}

export function registerStories(app: FastifyInstance, ports: StoryPorts): void {
  const { journal } = ports;
  app.get<TimelineQuery>(
    '/api/v1/nodes/:name/timeline',
    {
      config: READS,
      schema: {
        summary: 'The timeline of a node',
        tags: ['nodes'],
        response: { 200: ref('Timeline') },
        querystring: TIMELINE_QUERY,
      },
    },
    async ({ params, query }): Promise<Timeline> => {
      const node = nodeOf(params.name, ports);
      const { limit, ...asked } = query;
      const events = journal.read({ node, limit });
      const isCut = events.length === limit || !events.some(({ reason }) => reason === 'NodeFound');
      const chapters = chooseChapters(chaptersOf(events, pullRequestsIn(journal)), asked);
      return { node, chapters, isCut };
    },
  );
  app.get<Named & { Querystring: { at?: number } }>(
    '/api/v1/nodes/:name/explain',
    {
      config: READS,
      schema: {
        summary: 'Where a node stood at a time',
        tags: ['nodes'],
        response: { 200: ref('Explanation') },
        querystring: AT_QUERY,
      },
    },
    async ({ params, query }) => {
      const at = query.at ?? ports.status().now;
      return explain(ports, nodeOf(params.name, ports), at);
    },
  );
}

/** Asked once for each commit. */
export function pullRequestsIn(journal: Pick<Journal, 'read'>): (commit: string) => number[] {
  const known = new Map<string, number[]>();
  return (commit) => {
    const found = known.get(commit) ?? acceptedWith(journal, commit);
    known.set(commit, found);
    return found;
  };
}

function acceptedWith(journal: Pick<Journal, 'read'>, commit: string): number[] {
  const [event] = journal.read({ commit, reasons: ['CommitAccepted'], limit: 1 });
  return event?.reason === 'CommitAccepted' ? (event.data.pullRequests ?? []) : [];
}

async function explain(
  { journal, removedBefore }: StoryPorts,
  node: string,
  at: number,
): Promise<Explanation> {
  const told = explainer(node, at);
  for (let after = 0; ; await setImmediate()) {
    const page = journal.read({ node, until: at, after, limit: PAGE });
    told.take(page);
    if (page.length < PAGE) break;
    after = page.at(-1)?.id ?? after;
  }
  const [accepted] = journal.read({ reasons: ['CommitAccepted'], until: at, limit: 1 });
  const next = journal.read({ node, since: at + 1, after: 0, limit: NEXT });
  return told.explain({ accepted, next, removedBefore: removedBefore() });
}
