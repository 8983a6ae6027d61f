/** The ledger and the delivery figures, of the control API. */

import type { FastifyInstance } from 'fastify';
import type { History } from '../ledger/history.ts';
import {
  type LedgerEntry,
  type LedgerFilter,
  type RackAt,
  REPORT_GROUPS,
  type Report,
  type ReportGroup,
  type ReportQuestion,
} from '../model/ledger.ts';
import { READS } from './access/rule.ts';
import { list, ref } from './shapes/shape.ts';

/** Times are ms since the epoch. */
export interface LedgerPorts {
  ledger(filter: LedgerFilter): Promise<LedgerEntry[]>;
  rackAt(time: number): Promise<RackAt>;
  report(question: ReportQuestion): Promise<Report>;
  /** What the pages tell of commits: of the whole ledger, as of now. */
  history(): Promise<History>;
}

const TIME = { type: 'integer', minimum: 0, maximum: 8_640_000_000_000_000 };
const TEXT = { type: 'string', minLength: 1, maxLength: 200 };
const STRICT = { type: 'object', additionalProperties: false };

const LEDGER_QUERY = {
  ...STRICT,
  properties: {
    ...{ node: TEXT, pool: TEXT, profile: TEXT, since: TIME, until: TIME },
    commit: { type: 'string', pattern: '^[0-9a-f]{1,64}$' },
    limit: { type: 'integer', minimum: 1, maximum: 100_000, default: 1_000 },
  },
};

const AT_QUERY = { ...STRICT, required: ['time'], properties: { time: TIME } };

const REPORT_QUERY = {
  ...STRICT,
  required: ['since', 'until'],
  properties: { since: TIME, until: TIME, pool: TEXT, by: { enum: REPORT_GROUPS } },
};

interface ReportQuery {
  since: number;
  until: number;
  pool?: string;
  by?: ReportGroup;
}

export function registerLedger(app: FastifyInstance, ports: LedgerPorts): void {
  app.get<{ Querystring: LedgerFilter }>(
    '/api/v1/ledger',
    {
      config: READS,
      schema: {
        summary: 'What was built when, from which commit',
        tags: ['ledger'],
        response: { 200: list(ref('LedgerEntry')) },
        querystring: LEDGER_QUERY,
      },
    },
    async ({ query }) => ports.ledger(query),
  );
  app.get<{ Querystring: { time: number } }>(
    '/api/v1/ledger/at',
    {
      config: READS,
      schema: {
        summary: 'The rack as it was at a time',
        tags: ['ledger'],
        response: { 200: ref('RackAt') },
        querystring: AT_QUERY,
      },
    },
    async ({ query }) => ports.rackAt(query.time),
  );
  app.get<{ Querystring: ReportQuery }>(
    '/api/v1/report',
    {
      config: READS,
      schema: {
        summary: 'Delivery figures',
        tags: ['ledger'],
        response: { 200: ref('Report') },
        querystring: REPORT_QUERY,
      },
    },
    async ({ query: { pool = null, by = null, ...period } }) => ports.report({ ...period, pool, by }),
  );
}
