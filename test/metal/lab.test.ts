/** `lab up --kind qemu`, `lab console` and `lab down`, as a person calls them. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { probeAccelerator } from '../../src/lab/qemu/kvm-probe.ts';
import { readRecords } from '../../src/lab/qemu/rack-record.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { cli } from '../cli/a-context.ts';
import { MAIN, spawnCli } from '../cli/spawn-cli.ts';
import { untilTrue } from '../promises/scene.ts';

/** Starts the program, and resolves when it has said this. It is killed with the test. */
async function started(argv: readonly string[], until: string) {
  const child = spawn(process.execPath, [MAIN, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await untilTrue(
    () => said.includes(until),
    () => said,
  );
  return { child, exit, said: () => said };
}

const UP = ['lab', 'up', '--kind', 'qemu', '--nodes', '1', '--memory', '128', '--accelerator', 'tcg'];
const LAST_LINE = 'Ctrl-C ends the lab.\n';

describe('lab --kind qemu', () => {
  it('shows a console; ends with a signal; after a crash, "lab down" leaves nothing behind', async () => {
    const inventory = aTempDir();
    const lab = await started([...UP, '--firmware', 'bios', '--inventory', inventory], LAST_LINE);
    const namespace = /namespace (barewright-\w+)/.exec(lab.said())?.[1] ?? '';
    expect(lab.said()).toContain('1 BIOS machines of 128 MB, emulated\n');
    expect(readdirSync(inventory)).toEqual(['inventory', 'profiles']);
    const record = (await readRecords()).find((found) => found.namespace === namespace);

    const console = await started(['lab', 'console', 'n1', '--name', namespace], '');
    const where = ['-I', 'lanplus', '-C', '17', '-H', '127.77.0.1', '-p', '6230', '-U', 'admin'];
    const power = ['ipmitool', ...where, '-P', 'lab-only', 'power', 'on'];
    await execa('ip', ['netns', 'exec', namespace, ...power]);
    await untilTrue(() => console.said().includes('SeaBIOS'), console.said);
    expect(lab.said()).toContain('n1: on, boot 1, disk first\n');
    console.child.kill('SIGTERM');
    expect(await console.exit).toEqual([0, null]);

    expect((await spawnCli(['lab', 'down'])).stdout).toContain(`${namespace} is up: `);
    lab.child.kill('SIGKILL');
    await lab.exit;
    expect((await spawnCli(['lab', 'down'])).stdout).toContain(`${namespace} removed\n`);
    expect((await execa('ip', ['netns', 'list'])).stdout).not.toContain(namespace);
    expect(existsSync(record?.directory ?? '')).toBe(false);
    expect(await cli(['lab', 'console', 'n1', '--name', namespace])).toMatchObject({
      code: 1,
      stderr: 'barewright: no virtual rack with a machine "n1" is up\n',
    });
  });

  it('removes everything when it is ended', async () => {
    const lab = await started([...UP, '--firmware', 'uefi'], LAST_LINE);
    const namespace = /namespace (barewright-\w+)/.exec(lab.said())?.[1] ?? '';
    lab.child.kill('SIGINT');
    expect(await lab.exit).toEqual([0, null]);
    expect(lab.said()).toMatch(/\nLab ended\.\n$/);
    expect((await execa('ip', ['netns', 'list'])).stdout).not.toContain(namespace);
  });

  it('refuses what makes no sense', async () => {
    expect(await cli(['lab', 'console'])).toMatchObject({ code: 2 });
    expect(await cli([...UP, '--fault', 'n1=bmc-silent'])).toMatchObject({ code: 2 });
    expect(await cli([...UP, '--nodes', '201'])).toMatchObject({ code: 1 });
    expect((await cli(['lab', 'down', '--name', 'barewright-none'])).stderr).toContain('is recorded');
  });

  it('asks whether KVM runs a guest, and leaves none running', async () => {
    expect(['kvm', 'tcg']).toContain(await probeAccelerator());
  });
});
