/** The journal's ledger events, told as installs. Pure. */

import type { BuiltWith } from '../model/built-with.ts';
import type { Event, InstallRecord, InstallTarget, Reason } from '../model/event.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import { createShare, type Share } from './share.ts';

type EventOf<R extends Reason> = Extract<Event, { reason: R }>;

/** The installs of one node that have not come to their end, and the word on the next. */
interface Open {
  /** Oldest first: at most one that has begun, and the wish that is to follow it. */
  entries: LedgerEntry[];
  approval: { by: string; at: number } | null;
  /** What the node carries, as far as the ledger knows. */
  carries: string | null;
}

/** The installs that a history comes to, event by event. */
export interface Entries {
  /** In the order in which they were wanted. Later events change them: who hands one on hands on a copy. */
  readonly all: readonly LedgerEntry[];
  /** Ledger events, oldest first. */
  take(event: Event): void;
}

/** Journals of before kept only the ends of installs: what their beginnings would tell is null there. */
export function createEntries(): Entries {
  const all: LedgerEntry[] = [];
  const nodes = new Map<string, Open>();
  const share = createShare();
  return {
    all,
    take(event) {
      if (event.node === null) return;
      const open = nodes.get(event.node) ?? { entries: [], approval: null, carries: null };
      nodes.set(event.node, open);
      const settled = take(event, event.node, open, (entry) => {
        all.push(entry);
        open.entries.push(entry);
        return entry;
      });
      if (settled) slim(settled, share);
    },
  };
}

/** Takes ledger events oldest first. */
export function ledgerEntries(events: Iterable<Event>): LedgerEntry[] {
  const entries = createEntries();
  for (const event of events) entries.take(event);
  return [...entries.all];
}

/** When it counts: at its end, else when it began, or was wanted. */
export function timeOf({ endedAt, startedAt, wantedAt }: LedgerEntry): number {
  return endedAt ?? startedAt ?? wantedAt ?? 0;
}

type Add = (entry: LedgerEntry) => LedgerEntry;

/** Answers the install that has settled by this event. */
function take(event: Event, node: string, open: Open, add: Add): LedgerEntry | null {
  const { reason, time } = event;
  if (reason === 'InstallWanted') wanted(event, node, open, add);
  else if (reason === 'InstallUnwanted') drop(open, open.entries, time, event.data.why);
  else if (reason === 'NodeReleased') drop(open, open.entries, time, 'no longer in the inventory');
  else if (reason === 'InstallApproved') approve(open, { by: event.actor, at: time });
  else if (reason === 'ApprovalExpired') approve(open, null);
  else if (reason === 'AttemptStarted') started(event, node, open, add);
  else if (reason === 'AttemptFailed' || reason === 'Stuck') failed(event, open);
  else if (reason === 'InstallSettled') return settled(event, node, open, add);
  else if (reason === 'NodeAdopted') adopted(event, node, open, add);
  return null;
}

function wanted({ data, time }: EventOf<'InstallWanted'>, node: string, open: Open, add: Add): void {
  const { target } = data;
  const notBegun = open.entries.filter((entry) => entry.attempts === 0 && !isOf(entry, target));
  drop(open, notBegun, time, `another install was asked for: ${target.change}`);
  open.approval = null;
  if (!open.entries.some((entry) => isOf(entry, target))) add(entryOf(node, target, time));
}

function started({ data, time }: EventOf<'AttemptStarted'>, node: string, open: Open, add: Add): void {
  const { target, installId } = data;
  const entry = open.entries.find((one) => isOf(one, target)) ?? add(entryOf(node, target, null));
  drop(
    open,
    open.entries.filter((one) => one !== entry && one.attempts > 0),
    time,
    `another install was begun: ${target.change}`,
  );
  if (open.approval && entry.attempts === 0) note(entry, open.approval);
  Object.assign(entry, { outcome: 'under way', installId, endedAt: null });
  entry.startedAt ??= time;
  entry.attempts += 1;
}

/** A stuck install may still settle: a person lets it try again, or a late report says that all is well. */
function failed(event: EventOf<'AttemptFailed' | 'Stuck'>, { entries }: Open): void {
  const entry = entries.find(({ attempts }) => attempts > 0);
  if (!entry) return;
  entry.why = event.data.why;
  if (event.reason === 'AttemptFailed') entry.failures += 1;
  else Object.assign(entry, { outcome: 'stuck', endedAt: event.time });
}

function settled({ data, time }: EventOf<'InstallSettled'>, node: string, open: Open, add: Add): LedgerEntry {
  const { record, durationMs, images } = data;
  const known = open.entries.find((one) => one.installId === record.installId);
  const entry = known ?? add(fromRecord(node, record));
  if (!known) Object.assign(entry, { startedAt: time - durationMs, attempts: 1 });
  if (!known && open.approval) note(entry, open.approval);
  Object.assign(entry, { outcome: 'settled', why: null, endedAt: time, durationMs });
  Object.assign(entry, { installDigest: record.installDigest, images: images ?? null, ...builtWith(data) });
  open.entries = open.entries.filter((one) => one !== entry);
  if (open.entries.length === 0) open.approval = null;
  open.carries = record.installId;
  return entry;
}

function adopted(
  { data: { record }, time }: EventOf<'NodeAdopted'>,
  node: string,
  open: Open,
  add: Add,
): void {
  if (open.carries === record.installId) return;
  const entry = add(fromRecord(node, record));
  Object.assign(entry, { outcome: 'adopted', endedAt: time });
  open.entries = open.entries.filter((one) => one !== entry);
  open.carries = record.installId;
}

function drop(open: Open, dropped: readonly LedgerEntry[], endedAt: number, why: string): void {
  const gone = [...dropped];
  for (const entry of gone) Object.assign(entry, { outcome: 'dropped', endedAt, why });
  open.entries = open.entries.filter((entry) => !gone.includes(entry));
}

/** Most installs of a long ledger have settled, and machines of one profile settle with the same. */
function slim(entry: LedgerEntry, share: Share): void {
  const { node, pool, profile, commit, change, installDigest, configDigest } = entry;
  const { asked, stacks, images, hardware } = entry;
  Object.assign(entry, {
    ...{ node: share(node), pool: share(pool), profile: share(profile), commit: share(commit) },
    ...{ change: share(change), installDigest: share(installDigest), configDigest: share(configDigest) },
    ...{ asked: share(asked), stacks: share(stacks), images: share(images), hardware: share(hardware) },
  });
}

/** A word is on the newest wish; where the ledger does not know of one, on the next. */
function approve(open: Open, approval: Open['approval']): void {
  open.approval = approval;
  const entry = open.entries.at(-1);
  if (entry) note(entry, approval);
}

function note(entry: LedgerEntry, approval: Open['approval']): void {
  entry.approvedBy = approval?.by ?? null;
  entry.approvedAt = approval?.at ?? null;
}

function isOf(entry: LedgerEntry, { profile, generation, commit }: InstallTarget): boolean {
  return entry.profile === profile && entry.generation === generation && entry.commit === commit;
}

/** What a machine settled with; null for what the event does not say. */
export function builtWith(data: Partial<BuiltWith>): { [K in keyof BuiltWith]: BuiltWith[K] | null } {
  const { pool = null, configDigest = null, stacks = null, hardware = null } = data;
  return { pool, configDigest, stacks, hardware };
}

function entryOf(node: string, target: InstallTarget, wantedAt: number | null): LedgerEntry {
  const { asked, change } = target;
  return { ...fresh(node, target), asked, change, wantedAt };
}

function fromRecord(node: string, record: InstallRecord): LedgerEntry {
  const { installId, installDigest } = record;
  return { ...fresh(node, record), installId, installDigest };
}

function fresh(
  node: string,
  { profile, generation, commit }: Pick<InstallTarget, 'profile' | 'generation' | 'commit'>,
): LedgerEntry {
  return {
    ...{ node, pool: null, profile, generation, commit, asked: null, change: null, outcome: 'waiting' },
    ...{ why: null, wantedAt: null, startedAt: null, endedAt: null, attempts: 0, failures: 0 },
    ...{ durationMs: null, approvedBy: null, approvedAt: null, installId: null, installDigest: null },
    ...{ configDigest: null, stacks: null, images: null, hardware: null },
  };
}
