import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openChannel } from '../../src/channels/open-channel.ts';
import { aFreePort } from '../builders/free-port.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aMessage, portsFor } from './channels.ts';

/** Debian's own, on loopback, without its cluster. */
async function anAlertmanager(): Promise<string> {
  const dir = aTempDir();
  const port = await aFreePort();
  writeFileSync(join(dir, 'config.yml'), 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
  const child: ChildProcess = spawn(
    'prometheus-alertmanager',
    [
      ...[`--config.file=${join(dir, 'config.yml')}`, `--storage.path=${join(dir, 'data')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='],
    ],
    { stdio: 'ignore' },
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const ready = await fetch(`${url}/-/ready`).catch(() => null);
    if (ready?.ok) return url;
    if (child.exitCode !== null) throw new Error('alertmanager did not start');
    await new Promise((done) => setTimeout(done, 50));
  }
}

function amtool(url: string, ...args: string[]): unknown[] {
  const all = ['alert', 'query', '--output=json', `--alertmanager.url=${url}`, ...args];
  return JSON.parse(execFileSync('amtool', all, { encoding: 'utf8' }));
}

describe('Debian’s Alertmanager', () => {
  it('takes what is open once, keeps it while it is told again, and resolves it', async () => {
    const url = await anAlertmanager();
    const channel = openChannel({ alertmanager: { url } }, portsFor(url, { clock: Date.now }));
    const since = Date.now() - 60_000;
    const message = aMessage({ since });
    await channel.tell(message);
    await channel.tell(aMessage({ since, kind: 'update', title: '3 BMCs cannot be asked', count: 3 }));
    await channel.refresh?.([aMessage({ since, kind: 'update', title: '3 BMCs cannot be asked', count: 3 })]);
    const [alert, ...more] = amtool(url, 'alertname=BarewrightBmcUnreachable');
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      labels: { site: 'karoo', severity: 'warning', group: 'bmc-silent' },
      annotations: { summary: '3 BMCs cannot be asked', count: '3', pools: 'sip', nodes: 'sip-n1,sip-n2' },
      generatorURL: 'https://b.example.org/',
      status: { state: 'active' },
    });
    await channel.tell(aMessage({ since, kind: 'over', title: 'over: 3 BMCs answer again' }));
    expect(amtool(url)).toEqual([]);
    await channel.close();
  });

  it('takes a test, and an end that it never saw the beginning of', async () => {
    const url = await anAlertmanager();
    const channel = openChannel({ alertmanager: { url } }, portsFor(url, { clock: Date.now }));
    await channel.tell(aMessage({ kind: 'over', since: Date.now() }));
    expect(await channel.tell(aMessage({ kind: 'test', reason: null, since: Date.now() }))).toBe('HTTP 200');
    expect(amtool(url)).toMatchObject([{ labels: { alertname: 'BarewrightTest' } }]);
    await channel.close();
  });
});
