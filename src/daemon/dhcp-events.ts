/** What dnsmasq did and saw, as events of the journal: conditions of the site, and evidence of its nodes. */

import type { Logger } from 'pino';
import { type DnsmasqOptions, sayHosts } from '../dhcp/dnsmasq.ts';
import type { DhcpEvidence } from '../dhcp/evidence.ts';
import type { DesiredNode } from '../model/desired.ts';
import type { NewEvent } from '../model/event.ts';
import type { Journal } from '../model/journal.ts';
import { createQuiet } from '../observe/quiet.ts';
import type { Fleet } from './fleet.ts';

interface Ports {
  journal: Journal;
  fleet: Pick<Fleet, 'site' | 'nodeByMac'>;
  wake(node: string): void;
  log: Logger;
  clock(): number;
  onError(error: unknown): void;
}

type Hooks = Required<Pick<DnsmasqOptions, 'onApplied' | 'onProblem' | 'onEvent' | 'onLog'>>;

const APPLIED = {
  reloaded: 'DHCP follows the inventory: reloaded',
  restarted: 'DHCP follows the inventory: dnsmasq was started anew',
  recovered: 'DHCP is well again',
} as const;

export function createDhcpEvents({ journal, fleet, wake, log, clock, onError }: Ports): Hooks {
  const worthSaying = createQuiet(clock, 2_000);
  const strangers = new Set<string>();

  function append(event: NewEvent): void {
    journal.append([event]).catch(onError);
  }

  function siteWide() {
    return { node: null, commit: fleet.site()?.commit.id ?? null, actor: 'daemon' };
  }

  function problem(code: string, message: string): void {
    append({ ...siteWide(), reason: 'DhcpProblem', message: `DHCP: ${message}`, data: { code } });
  }

  function onEvent(seen: DhcpEvidence): void {
    const node = nodeOf(seen);
    if (!node) stranger(seen);
    else if (seen.kind === 'rival') rival(node);
    else evidence(node, seen);
  }

  function rival({ name }: DesiredNode): void {
    if (!worthSaying('rival')) return;
    problem(
      'rival',
      `another server answers on the network of the inventory: ${name} was about to take its offer`,
    );
  }

  function evidence(node: DesiredNode, seen: DhcpEvidence): void {
    const attempt = journal.state(node.name)?.attempt ?? null;
    // A running system renews its lease for ever; only who boots from the network, or is being installed, is a story.
    if (!attempt && !seen.pxe && (seen.kind === 'offer' || seen.kind === 'ack')) return;
    const { mac, address, pxe, detail } = seen;
    const kind = seen.kind === 'ignored' || seen.kind === 'rival' ? 'refused' : seen.kind;
    if (!worthSaying(`${node.name} ${kind} ${address} ${detail} ${attempt?.installId}`)) return;
    append({
      node: node.name,
      commit: attempt?.target.commit ?? null,
      actor: 'node',
      reason: 'DhcpSeen',
      message: say(seen),
      data: { kind, mac: mac ?? node.bootMac, address, pxe, detail },
    });
  }

  /** Behind another server's offer nothing is known of who has an address but what the inventory says. */
  function nodeOf({ mac, address }: DhcpEvidence): DesiredNode | null {
    if (mac !== null) return fleet.nodeByMac(mac);
    if (address === '') return null;
    for (const node of fleet.site()?.nodes.values() ?? []) if (node.bootAddress === address) return node;
    return null;
  }

  /** Once in the log, never in the journal: machines without a node would fill it. */
  function stranger({ kind, mac }: DhcpEvidence): void {
    if (kind !== 'ignored' || mac === null || strangers.has(mac) || strangers.size >= 1_000) return;
    strangers.add(mac);
    log.info(
      { reason: 'DhcpStranger', mac },
      `a machine that is not in the inventory asks for an address: ${mac}`,
    );
  }

  return {
    onApplied(change, hosts) {
      const message = `${APPLIED[change]}; it answers ${sayHosts(hosts)}`;
      append({ ...siteWide(), reason: 'DhcpApplied', message, data: { change, hosts } });
      for (const { name, phase } of journal.states().values()) if (phase === 'arming') wake(name);
    },
    onProblem: ({ code, message }) => problem(code, message),
    onEvent,
    onLog: (line) => log.debug({ reason: 'Dnsmasq' }, line),
  };
}

function say({ kind, address, pxe, detail }: DhcpEvidence): string {
  const who = detail === '' ? 'a machine that does not say what it is' : detail;
  const asker = pxe ? who : `${who}, not boot firmware`;
  switch (kind) {
    case 'offer':
      return address === ''
        ? `DHCP: ${asker} was told where to boot from`
        : `DHCP: ${address} offered to ${asker}`;
    case 'ack':
      return `DHCP: ${address} given to ${asker}`;
    case 'tftp':
      return `${detail} sent to ${address} by TFTP`;
    default:
      return `DHCP: refused${detail === '' ? '; it asked on a network where nothing is reserved for it' : `: ${detail}`}`;
  }
}
