/**
 * What a Prometheus server may ask for (https://prometheus.io/docs/practices/naming): base units, `_total` for counters. Labels are
 * bounded: pools, phases, guards, reasons, profiles; never a node.
 */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { StatusView } from '../../model/api.ts';
import type { Site } from '../../model/desired.ts';
import type { Event } from '../../model/event.ts';
import type { Journal } from '../../model/journal.ts';
import type { Action } from '../../model/plan.ts';
import { componentsOf } from './components.ts';
import { countNodes } from './count-nodes.ts';

export interface Metrics {
  /** In the text format 0.0.4, for `contentType`. */
  text(): Promise<string>;
  contentType: string;
  /** One round of work on a node has ended. */
  reconciled(ms: number): void;
  close(): void;
}

interface Ports {
  version: string;
  journal: Pick<Journal, 'state' | 'subscribe'>;
  site(): Site | null;
  actions(node: string): Action[];
  status(): StatusView;
  /** Nodes that are worked on, or wait for a worker. */
  queued(): number;
}

/** Of prom-client: gauges with the names of counters. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];
/** From a minute to two hours. */
const INSTALL_BUCKETS = [60, 120, 300, 600, 900, 1200, 1800, 2700, 3600, 7200];
const RECONCILE_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

export function createMetrics(ports: Ports): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: 100 });
  for (const name of MISNAMED) register.removeSingleMetric(name);
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name: `barewright_${name}`, help, labelNames, registers });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: `barewright_${name}`, help, labelNames, registers });

  const nodes = gauge('nodes', 'Nodes of the inventory by phase.', 'pool', 'phase');
  const power = gauge('nodes_power', 'Nodes by the power state that was last read.', 'pool', 'power');
  const held = gauge(
    'nodes_held',
    'Nodes of which something is held, by the guard that holds it.',
    'pool',
    'guard',
  );
  const unreachable = gauge('bmcs_unreachable', 'BMCs that do not answer, by what is wrong.', 'pool', 'kind');
  const approvals = gauge('approvals_needed', 'Nodes that wait for the word of a person.');
  const ok = gauge(
    'component_ok',
    '1 while a part of the daemon works, 0 while something is wrong with it.',
    'component',
  );
  const inForce = gauge('commit_in_force_timestamp_seconds', 'When the commit in force came into force.');
  const current = gauge('branch_in_force', '1 while the newest commit of the branch is in force.');
  const swept = gauge('sweep_last_timestamp_seconds', 'When the last sweep of all BMCs ended.');
  const sweep = gauge('sweep_duration_seconds', 'How long the last sweep of all BMCs took.');
  const queue = gauge('reconcile_queue', 'Nodes that are worked on, or wait for a worker.');
  gauge('build_info', 'Always 1; the version is in the label.', 'version').set({ version: ports.version }, 1);

  const events = counter('events_total', 'Events of the journal since the daemon started.', 'reason');
  const installs = counter(
    'install_attempts_total',
    'Attempts of installs that ended, by profile.',
    'profile',
    'outcome',
  );
  const commands = counter(
    'power_commands_total',
    'Commands to BMCs, by what became of them.',
    'op',
    'outcome',
  );
  const refused = counter('boot_requests_refused_total', 'Requests that the boot server refused.', 'what');
  const hooks = counter('webhook_calls_total', 'Calls of webhooks, by what became of them.', 'outcome');
  const duration = new Histogram({
    name: 'barewright_install_duration_seconds',
    help: 'From the wish to the settled node.',
    labelNames: ['profile'],
    buckets: INSTALL_BUCKETS,
    registers,
  });
  const rounds = new Histogram({
    name: 'barewright_reconcile_duration_seconds',
    help: 'One round of work on one node.',
    buckets: RECONCILE_BUCKETS,
    registers,
  });
  const unsubscribe = ports.journal.subscribe((news) => news.forEach(count));

  function count(event: Event): void {
    events.inc({ reason: event.reason });
    switch (event.reason) {
      case 'InstallSettled':
        installs.inc({ profile: event.data.record.profile, outcome: 'settled' });
        duration.observe({ profile: event.data.record.profile }, event.data.durationMs / 1000);
        return;
      case 'AttemptFailed':
        installs.inc({ profile: profileOf(event.node), outcome: 'failed' });
        return;
      case 'PowerResult':
        commands.inc({ op: event.data.op, outcome: event.data.outcome });
        return;
      case 'BootRefused':
        refused.inc({ what: event.data.what });
    }
  }

  function profileOf(node: string | null): string {
    const state = node === null ? undefined : ports.journal.state(node);
    return state?.attempt?.target.profile ?? state?.want?.profile ?? 'unknown';
  }

  function look(): void {
    const status = ports.status();
    const site = ports.site();
    for (const one of [nodes, power, held, unreachable, ok]) one.reset();
    if (site) countNodes(site, ports, { nodes, power, held, unreachable });
    for (const [component, works] of componentsOf(status)) ok.set({ component }, works ? 1 : 0);
    hooks.reset();
    hooks.inc({ outcome: 'heard' }, status.webhooks.heard);
    hooks.inc({ outcome: 'refused' }, status.webhooks.refused);
    approvals.set(status.needApproval);
    current.set(status.git.state === 'ok' ? 1 : 0);
    inForce.set((status.inForceSince ?? 0) / 1000);
    swept.set((status.sweep.lastAt ?? 0) / 1000);
    sweep.set((status.sweep.lastMs ?? 0) / 1000);
    queue.set(ports.queued());
  }

  return {
    contentType: register.contentType,
    async text() {
      look();
      return register.metrics();
    },
    reconciled: (ms) => rounds.observe(ms / 1000),
    close() {
      unsubscribe();
      register.clear();
    },
  };
}
