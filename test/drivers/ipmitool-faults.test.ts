import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createIpmitoolChannel } from '../../src/drivers/ipmitool/channel.ts';
import { readFailure, readRawOutput } from '../../src/drivers/ipmitool/messages.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aBmc } from './a-bmc.ts';
import { ipmitool } from './a-client.ts';

describe('ipmitool', () => {
  it('sends a wrong password once', async () => {
    const bmc = await aBmc();
    const driver = ipmitool({ ...bmc, password: 'wrong' });
    await expect(driver.readPower()).rejects.toMatchObject({ kind: 'auth' });
    await expect(driver.readPower()).rejects.toThrow('not tried again until the secret changes');

    expect(bmc.seen.rakp1).toBe(1);
  });

  it('says that the BMC is busy when its sessions are taken', async () => {
    const bmc = await aBmc();
    bmc.faults.open = 'full';

    await expect(ipmitool(bmc).readPower()).rejects.toMatchObject({ kind: 'busy' });
  });

  it('says that a silent BMC is unreachable', async () => {
    const bmc = await aBmc();
    bmc.faults.receive = 'drop';

    await expect(ipmitool(bmc, 1).readPower()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('says that a refused power command is of an invalid state', async () => {
    const bmc = await aBmc();
    bmc.faults.control = 'code:213';

    await expect(ipmitool(bmc).setPower('on')).rejects.toMatchObject({ kind: 'invalid-state' });
    expect(bmc.seen.control).toBe(1);
  });

  it('that is not installed is unsupported', async () => {
    const home = { path: async () => aTempDir(), close: async () => {} };
    const target = { host: '127.0.0.1', port: 1, username: 'admin', password: 'secret' };
    const channel = createIpmitoolChannel(target, { home, program: 'no-such-ipmitool' });
    const command = { name: 'anything', netFn: 0, command: 1, write: false };

    await expect(channel.run('user', (send) => send(command))).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('promise 10: gets the password in its environment alone, and nothing else of ours', async () => {
    const directory = aTempDir();
    const program = join(directory, 'ipmitool');
    const script = '#!/bin/sh\nenv > "$HOME/env"\necho "$@" | od -An -v -tx1\n';
    writeFileSync(program, script, { mode: 0o755 });
    const home = { path: async () => directory, close: async () => {} };
    const target = { host: '127.0.0.1', port: 1, username: 'admin', password: 'pass word$' };
    const channel = createIpmitoolChannel(target, { home, program });
    const args = await channel.run('user', (send) => send({ name: 'x', netFn: 0, command: 1, write: false }));

    expect(args.toString()).toBe(
      '-v -I lanplus -C 17 -H 127.0.0.1 -p 1 -U admin -E -L USER -R 4 -N 1 raw 0 1\n',
    );
    const environment = readFileSync(join(directory, 'env'), 'utf8').trim().split('\n');
    expect(environment).toContain('IPMITOOL_PASSWORD=pass word$');
    const ofTheShell = /^(PWD|OLDPWD|SHLVL|_)=/;
    expect(
      environment
        .filter((line) => !ofTheShell.test(line))
        .map((line) => line.split('=')[0])
        .sort(),
    ).toEqual(['HOME', 'IPMITOOL_PASSWORD', 'LC_ALL', 'PATH']);
  });
});

describe('what ipmitool prints', () => {
  it.each([
    ['> RAKP 2 HMAC is invalid\nError: Unable to establish IPMI v2 / RMCP+ session', 'auth', true],
    ['RAKP 2 message indicates an error : unauthorized name\nError: Unable to establish', 'auth', true],
    ['Error in open session response message : no matching cipher suite\n', 'cipher', true],
    ['Error in open session response message : invalid authentication algorithm\n', 'cipher', true],
    ['Error in open session response message : insufficient resources for session\n', 'busy', true],
    [
      '> Error: no response from RAKP 3 message\nSet Session Privilege Level to USER failed: x\n',
      'timeout',
      true,
    ],
    ['Set Session Privilege Level to OPERATOR failed: Unknown (0x81)\n', 'privilege', true],
    ['Get Auth Capabilities error\nError: Unable to establish IPMI v2 / RMCP+ session', 'unreachable', true],
    ['Error: Unable to establish IPMI v2 / RMCP+ session\n', 'unreachable', true],
    ['Address lookup for x failed\n', 'unreachable', true],
    [
      'Unable to send RAW command (channel=0x0 netfn=0x0 lun=0x0 cmd=0x2 rsp=0xd5): …',
      'invalid-state',
      false,
    ],
    ['Unable to send RAW command (channel=0x0 netfn=0x0 lun=0x0 cmd=0x2)\n', 'timeout', false],
    ['something new\n', 'protocol', false],
    ['', 'protocol', false],
  ])('%j is of kind %s', (stderr, kind, beforeCommand) => {
    expect(readFailure(stderr, { name: 'x', write: false })).toMatchObject({
      error: { kind },
      beforeCommand,
    });
  });

  it('that nobody knows may have come after the command was done', () => {
    expect(readFailure('something new\n', { name: 'power on', write: true }).error.kind).toBe('timeout');
  });

  it('is quoted in the error, in one line', () => {
    const { error } = readFailure('Loading…\n> RAKP 2 HMAC is invalid\nError: x', {
      name: 'Get Chassis Status',
      write: false,
    });

    expect(error.message).toBe('Get Chassis Status: ipmitool says "RAKP 2 HMAC is invalid"');
  });

  it('is bytes', () => {
    expect(readRawOutput(' 01 05 a0 04\n 00 00 00\n', 'x').toString('hex')).toBe('0105a004000000');
    expect(() => readRawOutput('Chassis Power is on', 'x')).toThrow('ipmitool printed no bytes');
  });
});
