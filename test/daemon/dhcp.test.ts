import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDhcp } from '../../src/daemon/dhcp.ts';
import { DEFAULT_SETTINGS } from '../../src/daemon/settings.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { Site } from '../../src/model/desired.ts';
import type { Event, Reason } from '../../src/model/event.ts';
import { aDhcpSite, aMgmtNode, aNetwork, type DhcpSiteChange } from '../builders/dnsmasq.ts';
import { anEvent, found } from '../builders/event.ts';
import { aState } from '../builders/state.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aWire } from '../dhcp/a-wire.ts';

const MAC = '52:54:00:77:00:0b';

function aDaemonsDhcp(bootUrl = 'http://10.77.0.1:8480') {
  const wire = aWire();
  const journal = openMemoryJournal({ clock: Date.now });
  const woken: string[] = [];
  let inForce: Site | null = null;
  const dhcp = createDhcp({
    settings: {
      ...DEFAULT_SETTINGS,
      repository: '',
      dataDir: aTempDir(),
      secretsDir: '',
      env: {},
      dnsmasq: { program: wire.program, directory: wire.directory, timing: { gap: 0, retry: 50 } },
    },
    journal,
    fleet: {
      site: () => inForce,
      nodeByMac: (mac) => [...(inForce?.nodes.values() ?? [])].find((node) => node.bootMac === mac) ?? null,
    },
    bootUrl,
    openFile: async () => null,
    wake: (node) => void woken.push(node),
    log: pino({ level: 'silent' }),
    clock: Date.now,
    onError(error) {
      throw error;
    },
  });
  onTestFinished(() => dhcp.close());
  return {
    wire,
    journal,
    dhcp,
    woken,
    /** Resolves with the next event of this reason. */
    next: (reason: Reason) =>
      new Promise<Event>((resolve) => {
        const stop = journal.subscribe((events) => {
          const event = events.find((one) => one.reason === reason);
          if (!event) return;
          stop();
          resolve(event);
        });
      }),
    use({ dnsmasq, ...change }: DhcpSiteChange = {}) {
      inForce = aDhcpSite({ ...change, dnsmasq: { interfaces: [wire.interface], ...dnsmasq } });
      dhcp.use(inForce);
    },
  };
}

describe('DHCP of the daemon', () => {
  it('follows the site in force, and keeps a node waiting until it is answered', async () => {
    const { dhcp, journal, use, next, wire, woken } = aDaemonsDhcp();
    await journal.append([found('n1'), anEvent('n1', 'PhaseEntered', ARMING)]);
    expect(dhcp.view().state).toBe('off');
    const applied = next('DhcpApplied');
    use();
    expect(() => dhcp.ensure('n1')).toThrow(
      expect.objectContaining({ name: 'NotYet', message: 'DHCP to answer it' }),
    );
    expect(await applied).toMatchObject({ node: null, data: { change: 'restarted', hosts: 1 } });
    expect(woken).toEqual(['n1']);
    dhcp.ensure('n1');
    expect(dhcp.view()).toMatchObject({ state: 'ok' });
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
    expect(journal.read({ reasons: ['DhcpSeen'] })).toEqual([]);
  });

  it("promise 7: what DHCP saw of a node that is being installed stands in the node's story", async () => {
    const { journal, use, next, wire } = aDaemonsDhcp();
    const target = aState('n1').wants('base', 1).build().want;
    if (!target) throw new Error('no target');
    await journal.append([
      found('n1'),
      anEvent('n1', 'AttemptStarted', { attempt: 1, installId: 'i1', target }),
    ]);
    const applied = next('DhcpApplied');
    use();
    await applied;
    await wire.lease(MAC);
    expect(journal.read({ reasons: ['DhcpSeen'] })).toMatchObject([
      {
        node: 'n1',
        attempt: 1,
        message: expect.stringMatching(/^DHCP: 10.77.0.11 offered to udhcp .*, not boot firmware$/),
      },
      { node: 'n1', data: { kind: 'ack', mac: MAC, address: '10.77.0.11', pxe: false } },
    ]);
  });

  it('an inventory that cannot be rendered takes nothing down, and is said', async () => {
    const { dhcp, use, next, wire } = aDaemonsDhcp();
    const applied = next('DhcpApplied');
    use();
    await applied;
    const problem = next('DhcpProblem');
    use({ networks: [aNetwork('mgmt', '10.77.0.0/24'), aNetwork('wide', 'fd77::/48')] });
    expect(await problem).toMatchObject({
      message:
        'DHCP: the inventory cannot be rendered: network wide: DHCP for IPv6 needs a /64, not fd77::/48',
      data: { code: 'render' },
    });
    expect(dhcp.view()).toMatchObject({
      state: 'problem',
      message: expect.stringMatching(/; the last good files stay in force$/),
    });
    expect(await wire.lease(MAC)).toMatchObject({ ip: '10.77.0.11' });
    const well = next('DhcpApplied');
    use({ nodes: [aMgmtNode('n1', 11), aMgmtNode('n2', 12)] });
    expect(await well).toMatchObject({ data: { change: 'recovered', hosts: 2 } });
  });

  it('says that machines cannot reach a boot server on loopback', async () => {
    const { dhcp, use, next } = aDaemonsDhcp('http://127.0.0.1:8480');
    const problem = next('DhcpProblem');
    use();
    expect((await problem).message).toContain('--boot-url');
    expect(dhcp.view().message).toMatch(/; no machine is answered$/);
    expect(() => dhcp.ensure('n1')).toThrow(/^DHCP to answer it: machines cannot reach the boot server/);
  });

  it('is run another way, or not at all, when the site says so', async () => {
    const { dhcp, use, next, wire } = aDaemonsDhcp();
    const first = next('DhcpApplied');
    use();
    await first;
    const second = next('DhcpApplied');
    use({ dnsmasq: { mode: 'files', directory: join(wire.directory, 'handed') } });
    await second;
    expect(await wire.lease(MAC, 1)).toBeNull();
    dhcp.ensure('n1');
    const third = next('DhcpApplied');
    use();
    await third;
    expect(await wire.lease(MAC)).not.toBeNull();
    use({ dnsmasq: { mode: 'off' } });
    await expect.poll(() => dhcp.view().state).toBe('off');
    expect(await wire.lease(MAC, 1)).toBeNull();
  });
});

const ARMING = { phase: 'arming', from: 'held', waitingFor: '', deadline: null } as const;
