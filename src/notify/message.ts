/** A message as every channel gets it, before it is put into the words and markup of its kind. */

import type { Severity, Telling } from '../model/notifications-spec.ts';

export type MessageKind = 'problem' | 'update' | 'over' | 'news' | 'digest' | 'test';

export interface Message {
  /** The same for the same news, of letters, digits, `_` and `-`: by it a receiver can tell a repetition. */
  id: string;
  kind: MessageKind;
  severity: Severity;
  site: string;
  /** Null for several things, and for a test. */
  reason: Telling | null;
  /** What is told, updated and over under one name. */
  group: string;
  /** One sentence, without its full stop. */
  title: string;
  /** More sentences, one a line. */
  details: readonly string[];
  /** What a person can do about it; empty for nothing. */
  advice: string;
  /** The first of them. */
  nodes: readonly Linked[];
  /** Of all nodes, or of what else it is about. */
  count: number;
  pools: readonly string[];
  commit: Linked | null;
  /** Where more is to be seen; null where no address of the pages is known. */
  page: string | null;
  /** When it began, and when this was put together, ms since the epoch. */
  since: number;
  at: number;
  /** What a digest puts together. */
  parts: readonly Message[];
}

export interface Linked {
  name: string;
  url: string | null;
}
