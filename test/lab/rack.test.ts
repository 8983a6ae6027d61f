import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/lab/faults.ts';
import { entriesOf } from '../../src/lab/history.ts';
import { type MachineSpec, type Rack, RackError, type RackOptions, startRack } from '../../src/lab/rack.ts';
import { labSpecs } from '../../src/lab/specs.ts';
import { aDisk } from './a-machine.ts';
import { answersArchive, INSTALLER, LOCAL_DISK } from './boot-server.ts';
import { type BootHttpServer, startBootServer } from './http-server.ts';

const CREDENTIALS = { username: 'admin', password: 'lab-only' };
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function aRack(machines: MachineSpec[], options: Partial<RackOptions> = {}): Promise<Rack> {
  const rack = await startRack({ machines, speed: 2_000, seed: 1, credentials: CREDENTIALS, ...options });
  open.push(rack);
  return rack;
}

async function aServer(answer: Parameters<typeof startBootServer>[0]): Promise<BootHttpServer> {
  const server = await startBootServer(answer);
  open.push(server);
  return server;
}

/** The specs of the lab on ports that are free. */
function specs(count: number, change: Partial<MachineSpec> = {}): MachineSpec[] {
  return labSpecs(count).map((spec) => ({ ...spec, bmc: { host: spec.bmc.host, port: 0 }, ...change }));
}

function installed(): MachineSpec['disk'] {
  const { record, configDigest, stacks } = aDisk();
  return { record, configDigest, stacks };
}

function ipmitool(rack: Rack, name: string, suite: number, ...command: string[]) {
  const { host, port } = rack.bmc(name);
  const to = ['-I', 'lanplus', '-H', host, '-p', String(port), '-U', CREDENTIALS.username, '-E'];
  return execa('ipmitool', [...to, '-C', String(suite), '-N', '1', '-R', '2', ...command], {
    env: { IPMI_PASSWORD: CREDENTIALS.password },
    reject: false,
  });
}

describe('a rack', () => {
  it('boots two machines that ipmitool switches on, and hears of both', async () => {
    const server = await aServer(({ path }) => (path === '/report' ? '{}' : 404));
    const rack = await aRack(specs(2, { disk: installed() }), { bootUrl: server.url });
    for (const [name, suite] of [
      ['n1', 17],
      ['n2', 3],
    ] as const) {
      expect((await ipmitool(rack, name, suite, 'power', 'status')).stdout).toBe('Chassis Power is off');
      expect((await ipmitool(rack, name, suite, 'power', 'on')).stdout).toBe('Chassis Power Control: Up/On');
      expect((await ipmitool(rack, name, suite, 'power', 'status')).stdout).toBe('Chassis Power is on');
    }
    const reports = await Promise.all(
      [...rack.machines.values()].map(({ mac }) =>
        server.request(({ body }) => (body as { mac?: string })?.mac === mac),
      ),
    );
    expect(reports.map(({ body }) => body)).toMatchObject([
      { boot: true, record: { installId: 'old' } },
      { boot: true, record: { installId: 'old' } },
    ]);
    expect(reports.map(({ address }) => address)).toEqual(['127.78.0.1', '127.78.0.2']);
  });

  it('installs the one machine whose next boot is set to the network', async () => {
    let armed = true;
    const server = await aServer(({ path }, url) => {
      if (path === '/boot/52-54-00-4c-00-02') {
        return armed ? INSTALLER.replaceAll(/http:\/\/boot.test:8080/g, url) : LOCAL_DISK;
      }
      if (path.endsWith('/answers.cpio')) return answersArchive('new', 'base docker', url);
      if (path.endsWith('/complete')) armed = false;
      return path.startsWith('/boot/') ? LOCAL_DISK : '{}';
    });
    const rack = await aRack(specs(2, { disk: installed() }), { bootUrl: server.url });
    await ipmitool(rack, 'n2', 17, 'chassis', 'bootdev', 'pxe', 'options=efiboot');
    await ipmitool(rack, 'n1', 17, 'power', 'on');
    await ipmitool(rack, 'n2', 17, 'power', 'on');
    await server.request(
      ({ body }) => (body as { record?: { installId: string } })?.record?.installId === 'new',
    );
    const [n1, n2] = [rack.machine('n1'), rack.machine('n2')];
    expect(entriesOf(n2.history, 'wipe')).toMatchObject([{ installId: 'new', lost: 'old' }]);
    expect(entriesOf(n1.history, 'wipe')).toEqual([]);
    expect(n1.disk?.record.installId).toBe('old');
    const flags = await ipmitool(rack, 'n2', 17, 'chassis', 'bootparam', 'get', '5');
    expect(flags.stdout).toContain('Boot Flag Invalid');
  });

  it('shows power cycle, soft-off and refusals to ipmitool', async () => {
    const server = await aServer(() => '{}');
    const rack = await aRack(specs(1, { disk: installed() }), { bootUrl: server.url });
    expect((await ipmitool(rack, 'n1', 17, 'power', 'soft')).exitCode).toBe(1);
    await ipmitool(rack, 'n1', 17, 'power', 'on');
    await server.request(({ path }) => path === '/report');
    expect((await ipmitool(rack, 'n1', 17, 'power', 'reset')).exitCode).toBe(0);
    expect((await ipmitool(rack, 'n1', 17, 'power', 'off')).exitCode).toBe(0);
    expect(entriesOf(rack.machine('n1').history, 'power').map(({ command }) => command)).toEqual([
      'soft-off',
      'on',
      'reset',
      'off',
    ]);
  });

  it('lets machines that are on boot without a command, and more be added later', async () => {
    const server = await aServer(() => '{}');
    const rack = await aRack(specs(1, { disk: installed(), power: 'on' }), { bootUrl: server.url });
    const [, second] = specs(2, { disk: installed(), power: 'on' });
    const added = await rack.add(second as MachineSpec);
    await server.request(({ body }) => (body as { mac: string }).mac === added.mac);
    await server.request(({ body }) => (body as { mac: string }).mac === rack.machine('n1').mac);
    expect(entriesOf(added.history, 'power')).toEqual([]);
    expect([...rack.machines.keys()]).toEqual(['n1', 'n2']);
  });

  it('follows a boot server that moves', async () => {
    const server = await aServer(() => '{}');
    const rack = await aRack(specs(1, { disk: installed(), power: 'on' }), { bootUrl: 'http://127.0.0.1:1' });
    rack.setBootUrl(server.url);
    expect((await server.request(() => true)).path).toBe('/report');
  });

  it.each(['10.0.0.1', '0.0.0.0', '::', 'localhost', 'fe80::1'])('never binds %s', async (host) => {
    const [spec] = specs(1);
    const machines = [{ ...spec, bmc: { host, port: 0 } } as MachineSpec];
    await expect(aRack(machines)).rejects.toThrow(`n1: ${host} is not a loopback address`);
    await expect(aRack([{ ...spec, address: host } as MachineSpec])).rejects.toThrow(RackError);
  });

  it('says which address is taken, and keeps none of its own', async () => {
    const first = await aRack(specs(2));
    const taken = { ...specs(2)[1], bmc: first.bmc('n2') } as MachineSpec;
    const free = { ...specs(1)[0], bmc: { host: '127.77.9.9', port: first.bmc('n1').port } } as MachineSpec;
    await expect(aRack([free, taken])).rejects.toThrow(/^BMC of n2: 127\.77\.0\.2 port \d+ is in use: /);
    await aRack([free]);
  });

  it('refuses a name twice', async () => {
    const [spec] = specs(1);
    await expect(aRack([spec, spec] as MachineSpec[])).rejects.toThrow('there are two machines named "n1"');
  });
});

describe('a BMC with a fault', () => {
  async function withFault(...list: Fault[]): Promise<Rack> {
    return aRack(specs(1), { faults: new Map([['n1', list]]) });
  }

  it('takes another password', async () => {
    const rack = await withFault({ name: 'wrong-password' });
    const answer = await ipmitool(rack, 'n1', 17, '-v', 'power', 'status');
    expect(answer.exitCode).toBe(1);
    expect(answer.stderr).toContain('HMAC is invalid');
  });

  it('has no session free', async () => {
    const rack = await withFault({ name: 'session-table-full' });
    const answer = await ipmitool(rack, 'n1', 17, '-v', 'power', 'status');
    expect(answer.exitCode).toBe(1);
    expect(answer.stderr).toContain('insufficient resources');
  });

  it('accepts and does nothing', async () => {
    const rack = await withFault({ name: 'accepts-and-does-nothing' });
    expect((await ipmitool(rack, 'n1', 17, 'power', 'on')).exitCode).toBe(0);
    expect(rack.machine('n1').powerOn()).toBe(false);
    expect(entriesOf(rack.machine('n1').history, 'power')).toMatchObject([{ effect: 'ignored' }]);
  });
});

describe('many machines', () => {
  it('300 of them boot, report and end without leaving anything behind', async () => {
    const count = 300;
    const before = await resources();
    const server = await startBootServer(() => '{}');
    const rack = await startRack({
      machines: specs(count, { disk: installed(), power: 'on' }),
      bootUrl: server.url,
      speed: 600,
      seed: 1,
      credentials: CREDENTIALS,
    });
    await Promise.all(
      [...rack.machines.values()].map(({ mac }) =>
        server.request(({ body }) => (body as { mac: string }).mac === mac),
      ),
    );
    expect(new Set([...rack.machines.values()].map(({ name }) => rack.bmc(name).host)).size).toBe(count);
    await rack.close();
    await server.close();
    await rack.close();
    for (const [kind, left] of Object.entries(await resources())) {
      expect(left, kind).toBeLessThanOrEqual(before[kind] ?? 0);
    }
    expect([...rack.machines.values()].every((machine) => !machine.powerOn())).toBe(true);
  });
});

/** Sockets and servers of this thread, by kind; the event loop drops closed ones a few turns later. */
async function resources(): Promise<Record<string, number>> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    if (/UDP|TCP/.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
