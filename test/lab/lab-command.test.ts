import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { type LabOptions, type LabOutput, runLab } from '../../src/lab/lab-command.ts';
import { startBootServer } from './http-server.ts';

interface Running {
  text(): string;
  /** Resolves when the output holds this. */
  said(part: string): Promise<void>;
  /** Ends the lab, and resolves when it has. */
  end(): Promise<void>;
}

function lab(options: LabOptions, terminal: Pick<LabOutput['stdout'], 'isTTY' | 'columns'> = {}): Running {
  const ending = new AbortController();
  let text = '';
  let look = () => {};
  const stdout = {
    ...terminal,
    write(part: string) {
      text += part;
      look();
    },
  };
  const done = runLab(options, { stdout, signal: ending.signal });
  return {
    text: () => text,
    said(part) {
      const seen = new Promise<void>((resolve) => {
        look = () => text.includes(part) && resolve();
        look();
      });
      return Promise.race([seen, done]);
    },
    end() {
      ending.abort();
      return done;
    },
  };
}

/** A port that is free on 127.0.0.1, and so on the lab's own addresses. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

describe('runLab', () => {
  it('tells line by line what a few machines do, and ends cleanly', async () => {
    const server = await startBootServer(() => '{}');
    const port = await freePort();
    const running = lab({ nodes: 2, speed: 1_000, disks: 'installed', bootUrl: server.url, port });
    await Promise.all([running.said('n1: running'), server.request(({ path }) => path === '/report')]);
    const { stdout } = await execa(
      'ipmitool',
      ['-I', 'lanplus', '-H', '127.77.0.2', '-p', `${port}`, '-U', 'admin', '-E', '-C', '3', 'power', 'off'],
      { env: { IPMI_PASSWORD: 'lab-only' } },
    );
    expect(stdout).toBe('Chassis Power Control: Down/Off');
    await running.end();
    expect(running.text()).toContain(
      `2 BMCs on 127.77.0.1 to 127.77.0.2, UDP port ${port}, cipher suites 3 and 17\n`,
    );
    expect(running.text()).toContain('n2: power command off\n');
    expect(running.text()).toMatch(
      /2 machines: 1 off, 1 running; 0 disks wiped, 0 installations, 1 power commands\n/,
    );
    expect(running.text()).toMatch(/Lab ended\.\n$/);
    expect(running.text()).not.toContain('\u001b');
    await server.close();
  });

  it('draws one summary on a terminal, again and again', async () => {
    const running = lab({ nodes: 3, port: await freePort() }, { isTTY: true, columns: 40 });
    await running.said('3 machines: 3 off');
    await running.end();
    expect(running.text()).toContain('\u001b[2A\r\u001b[2K3 machines: 3 off\n\r\u001b[2K0 disks wiped, 0 ');
    expect(running.text()).not.toContain('n1:');
  });

  it('writes the inventory that matches', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'barewright-lab-'));
    const running = lab({ nodes: 2, inventory: directory, port: await freePort() });
    await running.said('Ctrl-C ends the lab');
    await running.end();
    expect(await readdir(join(directory, 'inventory/nodes'))).toEqual(['n1.yaml', 'n2.yaml']);
    expect(await readFile(join(directory, 'inventory/site.yaml'), 'utf8')).toContain(
      'BAREWRIGHT_LAB_PASSWORD',
    );
    await rm(directory, { recursive: true });
  });

  it('has the faults that were asked for', async () => {
    const faults = ['all=bmc-lossy:0.1', 'n1=boot-flag-ignored'];
    const running = lab({ nodes: 1, faults, port: await freePort() });
    await running.said('Ctrl-C ends the lab');
    await running.end();
    await expect(runLab({ nodes: 2, faults: ['n3=bmc-silent'] }, quiet())).rejects.toThrow(
      'there are n1 to n2',
    );
    await expect(runLab({ nodes: 2, faults: ['n1=bmc-lossy:2'] }, quiet())).rejects.toThrow('from 0 to 0.3');
  });

  it('opens nothing when it was ended before it began', async () => {
    await runLab({ nodes: 1 }, { ...quiet(), signal: AbortSignal.abort() });
  });
});

function quiet(): LabOutput {
  return { stdout: { write: () => {} }, signal: new AbortController().signal };
}
