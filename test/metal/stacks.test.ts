import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveDirectory, uncommitted } from '../../src/cli/site-texts.ts';
import type { Stack } from '../../src/model/desired.ts';
import { aDaemon } from '../agent/a-daemon.ts';
import { putFiles } from '../agent/a-target.ts';
import { untilTrue } from '../promises/scene.ts';
import { bootDebian, HOST_FROM_INSIDE, installDebian } from './a-debian.ts';

const MINUTE = 60_000;
const AGENT_JOURNAL = 'journalctl --quiet --no-pager --output=cat -u barewright-agent';
const RUNNING = 'systemctl show --property=Id,ActiveState,MainPID docker chrony prometheus-node-exporter';
const CA = ['-----BEGIN CERTIFICATE-----', 'bm90IGEgcmVhbCBvbmU=', '-----END CERTIFICATE-----'];
const USES = [
  { name: 'base', parameters: { motd: "It's ours" } },
  { name: 'chrony', parameters: { servers: ['127.0.0.9'] } },
  {
    name: 'docker',
    parameters: {
      ...{ log_size: '20m', log_files: 4, users: ['ops'] },
      ...{ registry: 'registry.test:5000', registry_ca: CA },
    },
  },
  { name: 'node-exporter', parameters: { address: '', port: 9100, without: ['wifi'] } },
];

/** Of the sample site of this repository. */
async function sampleStacks(): Promise<Stack[]> {
  const root = join(import.meta.dirname, '../..');
  const { site, problems } = await resolveDirectory(root, uncommitted('', '', 0));
  if (!site) throw new Error(JSON.stringify(problems));
  return USES.flatMap(({ name }) => site.stacks.get(name) ?? []);
}

describe('a real Debian, its systemd started by nobody but the kernel', () => {
  it(
    'reports, applies the stacks of the sample site, keeps to them, and applies what drifted',
    async () => {
      const root = installDebian(['iproute2', 'passwd']);
      execFileSync('chroot', [root, 'useradd', 'ops']);
      const stacks = await sampleStacks();
      const daemon = await aDaemon({ stacks, uses: USES, configure: 10 * MINUTE, reportInterval: 3_000 });
      putFiles(root, daemon.files(HOST_FROM_INSIDE));
      const debian = await bootDebian(root);
      const until = (wish: () => boolean, ms: number) =>
        untilTrue(wish, () => JSON.stringify(daemon.reports().slice(-3)), ms, 500);
      try {
        await until(() => daemon.state().configDigest === 'c0de', 15 * MINUTE);
        expect(daemon.state().stacks).toEqual(USES.map(({ name }) => ({ name, state: 'ok' })));
        expect(daemon.reports().every(({ verified }) => verified)).toBe(true);
        expect((await debian.sh('cat /etc/motd')).said).toBe("It's ours\n");
        expect((await debian.sh('chronyc -n sources')).said).toContain('127.0.0.9');
        expect(
          (await debian.sh('docker info --format "{{.LoggingDriver}} {{.LiveRestoreEnabled}}"')).said,
        ).toBe('json-file true\n');
        expect((await debian.sh('id -nG ops')).said).toContain('docker');
        expect((await debian.sh('cat /etc/docker/certs.d/registry.test:5000/ca.crt')).said).toBe(
          `${CA.join('\n')}\n`,
        );
        const metrics = await debian.sh(
          `bash -c 'exec 3<>/dev/tcp/127.0.0.1/9100; printf "GET /metrics HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3'`,
        );
        expect(metrics.said).toMatch(/^node_cpu_seconds_total/m);

        // Applied once more, nothing is to be done, and nothing is.
        const before = (await debian.sh(RUNNING)).said;
        await debian.sh('systemctl start barewright-agent');
        expect((await debian.sh(`${AGENT_JOURNAL} | grep -c applying`)).said).toBe(`${USES.length}\n`);
        expect((await debian.sh(RUNNING)).said).toBe(before);

        await debian.sh('systemctl stop chrony; echo nothing >/etc/motd');
        await until(() => daemon.state().configDigest === null, 2 * MINUTE);
        await until(() => daemon.state().configDigest === 'c0de', 2 * MINUTE);
        expect((await debian.sh('systemctl is-active chrony; cat /etc/motd')).said).toBe(
          "active\nIt's ours\n",
        );
      } finally {
        await debian.stop();
      }
    },
    25 * MINUTE,
  );
});
