/** Two DHCP servers on one network: ours, and one that somebody else has put there. */

import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { untilTrue } from '../promises/scene.ts';
import { aDnsmasq, filesOn } from './a-dnsmasq.ts';
import { aWire, type Wire } from './a-wire.ts';

const MAC = '52:54:00:77:00:0b';

/** A dnsmasq of its own, 10.77.0.2, on the same network: the server's end of the cable becomes a switch. */
async function aRival({ namespace }: Wire): Promise<void> {
  const rival = `bwt${randomBytes(3).toString('hex')}r`;
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  ip('netns', 'add', rival);
  onTestFinished(() => void ip('netns', 'del', rival));
  ip('-n', namespace, 'link', 'set', 'srv0', 'down');
  ip('-n', namespace, 'addr', 'flush', 'dev', 'srv0');
  ip('-n', namespace, 'link', 'set', 'srv0', 'name', 'port0');
  ip('-n', namespace, 'link', 'add', 'srv0', 'type', 'bridge', 'forward_delay', '0');
  ip('link', 'add', 'port1', 'netns', namespace, 'type', 'veth', 'peer', 'name', 'riv0', 'netns', rival);
  for (const port of ['port0', 'port1']) ip('-n', namespace, 'link', 'set', port, 'master', 'srv0', 'up');
  ip('-n', namespace, 'addr', 'add', '10.77.0.1/24', 'dev', 'srv0');
  ip('-n', namespace, 'addr', 'add', 'fd77::1/64', 'dev', 'srv0', 'nodad');
  ip('-n', namespace, 'link', 'set', 'srv0', 'up');
  ip('-n', rival, 'addr', 'add', '10.77.0.2/24', 'dev', 'riv0');
  for (const name of ['lo', 'riv0']) ip('-n', rival, 'link', 'set', name, 'up');
  const options = ['--port=0', '--no-ping', '--user=root', '--pid-file=', '--dhcp-leasefile=/dev/null'];
  const range = ['--interface=riv0', '--bind-interfaces', '--dhcp-range=10.77.0.200,10.77.0.220,1h'];
  const run = ['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--log-facility=-'];
  const child = spawn('ip', ['netns', 'exec', rival, ...run, ...options, ...range]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stderr, 'data');
}

describe('another DHCP server on the network', () => {
  it('is told of when a machine of the inventory was about to take its offer; ours goes on answering', async () => {
    const wire = aWire();
    await aRival(wire);
    const dnsmasq = await aDnsmasq(wire);
    await dnsmasq.apply(filesOn(wire));
    // Too slow for once: the machine takes what the other one offers.
    process.kill(dnsmasq.pid(), 'SIGSTOP');
    const taken = await wire.lease(MAC);
    process.kill(dnsmasq.pid(), 'SIGCONT');
    expect(taken?.['ip']).toMatch(/^10\.77\.0\.2\d\d$/);
    const rival = () => dnsmasq.seen.find(({ kind, mac }) => kind === 'rival' && mac === MAC);
    await untilTrue(
      () => rival() !== undefined,
      () => dnsmasq.log.join('\n'),
    );
    expect(dnsmasq.view()).toMatchObject({ state: 'ok' });
  });
});
