/** What the page of one node tells, put together from the API's views and the journal. */

import type { InstallerLogView, NodeView, StatusView } from '../../../model/api.ts';
import type { Profile } from '../../../model/desired.ts';
import type { Event } from '../../../model/event.ts';
import type { Journal } from '../../../model/journal.ts';
import type { StackUse } from '../../../model/site.ts';
import type { PastInstall } from '../../../model/timeline.ts';
import { chaptersOf, INSTALL_REASONS, installsOf } from '../../../timeline/timeline.ts';
import { pullRequestsIn } from '../../story-routes.ts';
import { knowsCommit } from '../commits/read.ts';

export interface NodePorts {
  status(): StatusView;
  node(nameOrAddress: string): NodeView | null;
  profiles(): Profile[];
  installerLog(node: string, lines: number): InstallerLogView | null;
  journal: Pick<Journal, 'read'>;
}

export interface NodeStory {
  status: StatusView;
  node: NodeView;
  /** The commit that it was installed by has a page: that of an adopted node may be older than the journal. */
  knowsRecord: boolean;
  /** That its profile declares, in order. */
  declaredStacks: readonly StackUse[];
  /** With their attempts; oldest first. */
  installs: PastInstall[];
  /** The last lines of its present or last install. */
  installer: InstallerLogView | null;
  /** The newest; ascending. */
  events: Event[];
}

const EVENTS = 300;
const INSTALL_EVENTS = 1_000;
const INSTALLER_LINES = 12;

/** Null where the commit in force has no such node. */
export function nodeStory(ports: NodePorts, name: string): NodeStory | null {
  const { status, node, profiles, installerLog, journal } = ports;
  const found = node(name);
  if (!found) return null;
  const profile = profiles().find((one) => one.name === found.desired.profile);
  return {
    status: status(),
    node: found,
    knowsRecord: found.record !== null && knowsCommit(journal, found.record.commit),
    declaredStacks: profile?.stacks ?? [],
    installs: installsIn(journal, found.name),
    installer: installerLog(found.name, INSTALLER_LINES),
    events: journal.read({ node: found.name, limit: EVENTS }),
  };
}

function installsIn(journal: Pick<Journal, 'read'>, node: string): PastInstall[] {
  const events = journal.read({ node, reasons: INSTALL_REASONS, limit: INSTALL_EVENTS });
  return installsOf(chaptersOf(events, pullRequestsIn(journal)));
}
