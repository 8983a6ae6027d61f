/** The ledger as a table for people, and as CSV for other programs. Pure. */

import type { LedgerEntry, LedgerOutcome, NodeAt, RackAt } from '../model/ledger.ts';
import type { Paint } from '../plan/paint.ts';
import { shortCommit } from '../plan/say-age.ts';
import { type CsvCell, formatCsv } from './csv.ts';
import { type Cell, formatTable } from './table.ts';
import { sayDuration, type Times } from './times.ts';

interface Look {
  times: Times;
  paint: Paint;
}

const HEADER = ['ENDED', 'NODE', 'PROFILE', 'GEN', 'COMMIT', 'OUTCOME', 'TOOK', 'ATTEMPTS', 'BY'];

export function ledgerTable(entries: readonly LedgerEntry[], look: Look): string {
  return formatTable(
    HEADER,
    entries.map((entry) => {
      const { node, profile, generation, commit, attempts, durationMs, endedAt } = entry;
      return [
        endedAt === null ? '-' : look.times.at(endedAt),
        node,
        profile,
        `${generation}`,
        shortCommit(commit),
        outcomeCell(entry.outcome, look.paint),
        durationMs === null ? '-' : sayDuration(durationMs),
        attempts === 0 ? '-' : `${attempts}`,
        sayBy(entry),
      ];
    }),
  );
}

function outcomeCell(outcome: LedgerOutcome, paint: Paint): Cell {
  if (outcome === 'settled') return { text: outcome, paint: paint.good };
  return outcome === 'stuck' ? { text: outcome, paint: paint.danger } : { text: outcome };
}

/** `Thandi, approved by sipho`. */
function sayBy({ asked, approvedBy }: LedgerEntry): string {
  return [asked?.author, approvedBy === null ? '' : `approved by ${approvedBy}`]
    .filter((word) => word)
    .join(', ');
}

const COLUMNS: readonly [name: string, of: (entry: LedgerEntry) => CsvCell][] = [
  ['node', ({ node }) => node],
  ['pool', ({ pool }) => pool],
  ['profile', ({ profile }) => profile],
  ['generation', ({ generation }) => generation],
  ['commit', ({ commit }) => commit],
  ['asked_commit', ({ asked }) => asked?.id ?? null],
  ['asked_by', ({ asked }) => asked?.author ?? null],
  ['change', ({ change }) => change],
  ['outcome', ({ outcome }) => outcome],
  ['why', ({ why }) => why],
  ['wanted_at', ({ wantedAt }) => utc(wantedAt)],
  ['started_at', ({ startedAt }) => utc(startedAt)],
  ['ended_at', ({ endedAt }) => utc(endedAt)],
  ['attempts', ({ attempts }) => attempts],
  ['failures', ({ failures }) => failures],
  ['duration_seconds', ({ durationMs }) => (durationMs === null ? null : durationMs / 1000)],
  ['approved_by', ({ approvedBy }) => approvedBy],
  ['approved_at', ({ approvedAt }) => utc(approvedAt)],
  ['install_id', ({ installId }) => installId],
  ['install_digest', ({ installDigest }) => installDigest],
  ['config_digest', ({ configDigest }) => configDigest],
  ['stacks', ({ stacks }) => stacks?.join(' ') ?? null],
  [
    'images',
    ({ images }) =>
      images?.map(({ repository, tag, digest }) => `${repository}:${tag}@${digest}`).join(' ') ?? null,
  ],
  ['hardware', ({ hardware }) => hardware],
];

/** A line an install; times in UTC as in ISO 8601, and nothing where the journal does not tell. */
export function ledgerCsv(entries: readonly LedgerEntry[]): string {
  const header = COLUMNS.map(([name]) => name);
  return formatCsv(
    header,
    entries.map((entry) => COLUMNS.map(([, of]) => of(entry))),
  );
}

function utc(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** What was in force, what would build it again, and each node. */
export function rackText({ at, inForce, rebuild, nodes, images }: RackAt, { times, paint }: Look): string {
  const commit = inForce?.commit;
  const head = commit
    ? `${paint.strong(shortCommit(commit.id))}  ${commit.author}: ${commit.subject}, since ${times.at(inForce.since)}`
    : 'no commit';
  const lines = [`at ${times.at(at)}, in force: ${head}`];
  for (const { commit: id, nodes: names } of rebuild) {
    const which = names.length > MOST_NAMES ? '' : `: ${names.join(', ')}`;
    lines.push(`built from, and built again by ${shortCommit(id)}: ${count(names.length, 'node')}${which}`);
  }
  lines.push(
    `images in the registry: ${count(images.length, 'tag')}${images.length > 0 ? ' (-o json lists them)' : ''}`,
  );
  const table = formatTable(
    ['NODE', 'STATE', 'PROFILE', 'GEN', 'COMMIT', 'SINCE', 'GIT SAID', 'IMAGES'],
    nodes.map((node) => rackRow(node, times)),
  );
  return `${lines.join('\n')}\n\n${table}`;
}

const MOST_NAMES = 8;

function rackRow({ node, state, record, since, declared, images }: NodeAt, times: Times): string[] {
  const same = declared?.profile === record?.profile && declared?.generation === record?.generation;
  return [
    node,
    state,
    record?.profile ?? '-',
    record ? `${record.generation}` : '-',
    record ? shortCommit(record.commit) : '-',
    since === null ? '-' : times.at(since),
    declared === null ? '-' : same ? 'the same' : `${declared.profile} ${declared.generation}`,
    images === null ? '-' : images.map(({ repository, tag }) => `${repository}:${tag}`).join(', '),
  ];
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
