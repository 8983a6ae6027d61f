/** What the control plane asks of the daemon. */

import type { FastifyRequest } from 'fastify';
import type { Access } from '../model/access.ts';
import type { Begun, Declared, InstallerLogView, NodeView, ServedFile, StatusView } from '../model/api.ts';
import type { Operations } from '../model/operations.ts';
import type { Plan } from '../model/plan.ts';
import type { SecretRef } from '../model/secret-ref.ts';
import type { CallLimits } from './access/limits.ts';
import type { LedgerPorts } from './ledger-routes.ts';
import type { NotificationPorts } from './notification-routes.ts';
import type { PageUser } from './page/actions/user.ts';
import type { StoryPorts } from './story-routes.ts';

export interface ControlPorts extends Operations, LedgerPorts, StoryPorts, NotificationPorts {
  /** Needed for every call that changes something. */
  token: string;
  version: string;
  /** Of the site in force: whom it gives access. */
  access(): Access | null;
  /** What a reference of the site leads to, read now. */
  readSecret(ref: SecretRef): Promise<string>;
  /** Names that are served beside those of loopback. */
  isServed?(host: string | undefined): boolean;
  limits?: Partial<CallLimits>;
  /** Streams that one principal may have open; left out: 50. */
  streams?: number;
  /** PEM; left out: without TLS, on loopback. */
  tls?: { cert: string; key: string };
  /** How long a client may take, ms; left out: as is usual. */
  slow?: { request: number; look: number; handshake: number };
  /** Where browsers reach the pages, when that is not where this program does. */
  address?(): string | null;
  /** Somebody could not show who he is. */
  onRefused(what: 'token' | 'login', address: string): void;
  /** ms since the epoch. */
  clock(): number;
  /** Who has logged in, for the pages; left out where nobody can. */
  who?(request: FastifyRequest): PageUser | null;
  /** Whether a commit is in force: before that nothing is known of any node, which is not the same as "there are none". */
  isReady(): boolean;
  status(): StatusView;
  metrics: { text(): Promise<string>; contentType: string };
  nodes(): NodeView[];
  node(nameOrAddress: string): NodeView | null;
  /** The newest lines of the installer of the install that begins so, else of its last attempt; null where none were kept. */
  installerLog(node: string, lines: number, install?: string): InstallerLogView | null;
  /** What a node would be served now; null for one that is not in the inventory. */
  files(node: string): ServedFile[] | null;
  list<K extends keyof Declared>(kind: K): Declared[K][];
  /** Of the commit in force, or of the step to another revision. Null while no commit is in force. */
  plan(to: string | null): Promise<Plan | null>;
  /** Looks at Git, or at one node, now. */
  reconcile(node: string | null): Promise<void>;
  acceptHistory(head: string, actor: string, why: string): Promise<void>;
  /** Begins a garbage collection of the own registry; resolves with the id of the event that says so. */
  collectImages(actor: string): Promise<Begun>;
  onError(error: unknown, what: string): void;
}
