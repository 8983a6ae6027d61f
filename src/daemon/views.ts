/** What the control plane shows, put together from the parts of the daemon. */

import type {
  Declared,
  DhcpView,
  GitView,
  ImageView,
  NodeView,
  RegistryView,
  ReviewView,
  ServedFile,
  StatusView,
  WebhooksView,
} from '../model/api.ts';
import type { DesiredNode } from '../model/desired.ts';
import type { Journal } from '../model/journal.ts';
import type { NodeState } from '../model/node-state.ts';
import type { NotificationsView } from '../model/notifications.ts';
import { PHASES, type Phase, type PowerState } from '../model/phase.ts';
import type { Hold } from '../model/plan.ts';
import { catalogue } from '../plan/catalogue.ts';
import { viewNode } from '../plan/explain.ts';
import { lacksConfiguration } from '../plan/readiness.ts';
import type { Fleet } from './fleet.ts';
import type { Halt } from './halts.ts';
import { servedFiles } from './served-files.ts';

export interface SweepView {
  lastAt: number | null;
  lastMs: number | null;
}

interface Ports {
  version: string;
  startedAt: number;
  clock(): number;
  repository(): string;
  store: StatusView['store'];
  journal: Journal;
  fleet: Fleet;
  git(): GitView;
  dhcp(): DhcpView;
  registry(): RegistryView;
  review(): ReviewView;
  webhooks(): WebhooksView;
  notifications(): NotificationsView;
  installerLogs(): string | null;
  offload(): string | null;
  images(): ImageView[];
  sweep(): SweepView;
  bootUrl(): string;
  lastReading(node: string): { at: number };
}

export function createViews(ports: Ports) {
  const { fleet, journal } = ports;

  function node(nameOrAddress: string): NodeView | null {
    const site = fleet.site();
    if (!site) return null;
    const desired = site.nodes.get(nameOrAddress) ?? byAddress(nameOrAddress);
    const state = desired && journal.state(desired.name);
    if (!desired || !state) return null;
    const readAt = ports.lastReading(desired.name).at || state.powerAt;
    return viewNode(site, desired, state, fleet.actions(desired.name), readAt, ports.clock());
  }

  function byAddress(address: string) {
    for (const node of fleet.site()?.nodes.values() ?? []) {
      if (node.interfaces.some((nic) => nic.address === address)) return node;
    }
    return null;
  }

  function nodes(): NodeView[] {
    return [...(fleet.site()?.nodes.keys() ?? [])].flatMap((name) => node(name) ?? []);
  }

  function status(): StatusView {
    const site = fleet.site();
    const phases = Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
    const power: Record<PowerState, number> = { on: 0, off: 0, unknown: 0 };
    let unreachable = 0;
    let needApproval = 0;
    const halted = new Set<string>();
    for (const desired of site?.nodes.values() ?? []) {
      const state = journal.state(desired.name);
      if (!state) continue;
      phases[state.phase] += 1;
      power[state.power] += 1;
      if (state.bmc?.reachable === false) unreachable += 1;
      const holds = holdsOn(desired, state);
      if (holds.some(({ needsApproval }) => needsApproval)) needApproval += 1;
      for (const { guard, why } of holds) if (guard === 'halted') halted.add(why);
    }
    return {
      version: ports.version,
      startedAt: ports.startedAt,
      now: ports.clock(),
      repository: ports.repository(),
      store: ports.store,
      site: site?.name ?? null,
      inForce: site?.commit ?? null,
      inForceSince: fleet.since(),
      git: ports.git(),
      dhcp: ports.dhcp(),
      registry: ports.registry(),
      review: ports.review(),
      webhooks: ports.webhooks(),
      notifications: ports.notifications(),
      installerLogs: ports.installerLogs(),
      offload: ports.offload(),
      policy: site?.policy ?? null,
      warnings: site?.warnings ?? [],
      nodes: site?.nodes.size ?? 0,
      phases,
      power,
      needApproval,
      halted: [...halted],
      sweep: { ...ports.sweep(), unreachable },
      bootUrl: ports.bootUrl(),
      lastEventId: journal.lastId(),
    };
  }

  function holdsOn(desired: DesiredNode, state: NodeState): Hold[] {
    return mayBeHeld(state, desired) ? fleet.actions(desired.name).flatMap(({ hold }) => hold ?? []) : [];
  }

  /** Null while no commit is in force. */
  function halts(): Halt[] | null {
    const site = fleet.site();
    if (!site) return null;
    const found = new Map<string, Halt>();
    for (const desired of site.nodes.values()) {
      const state = journal.state(desired.name);
      const holds = state ? holdsOn(desired, state) : [];
      for (const { guard, why } of holds) if (guard === 'halted') found.set(why, { pool: desired.pool, why });
    }
    return [...found.values()];
  }

  function list<K extends keyof Declared>(kind: K): Declared[K][] {
    const site = fleet.site();
    if (!site) return [];
    const lists: { [each in keyof Declared]: () => Declared[each][] } = {
      images: ports.images,
      pools: () => catalogue(site, 'pools'),
      profiles: () => catalogue(site, 'profiles'),
      stacks: () => catalogue(site, 'stacks'),
    };
    return lists[kind]();
  }

  function files(name: string): ServedFile[] | null {
    return servedFiles(fleet.site(), name, ports.bootUrl());
  }

  const isReady = () => fleet.site() !== null;

  return { isReady, node, nodes, status, halts, list, files };
}

/** Whether a look at its actions is worth while: thousands of nodes are as declared. */
function mayBeHeld(state: NodeState, node: DesiredNode): boolean {
  return state.phase === 'held' || state.want !== null || lacksConfiguration(node, state);
}
