import { describe, expect, it, onTestFinished } from 'vitest';
import { createDrivers } from '../../src/drivers/registry.ts';
import { PLANNED_SCHEMES, SUPPORTED_SCHEMES } from '../../src/model/bmc-schemes.ts';
import { aBmc } from './a-bmc.ts';
import { PATIENT } from './a-client.ts';

const CREDENTIALS = { username: 'admin', password: 'secret' };

function setup() {
  const drivers = createDrivers({ timing: PATIENT });
  onTestFinished(() => drivers.close());
  const address = (scheme: string, host = '127.0.0.1', port: number | null = null) => ({
    url: `${scheme}://${host}`,
    scheme,
    host,
    port,
    credentials: 'default',
  });
  return { drivers, address };
}

describe('the table of drivers', () => {
  it.each(SUPPORTED_SCHEMES)('reads and commands over %s://', async (scheme) => {
    const { drivers, address } = setup();
    const bmc = await aBmc();
    const driver = drivers.driverFor(address(scheme, bmc.host, bmc.port), CREDENTIALS, 0);

    await driver.setPower('on');
    expect(await driver.readPower()).toBe('on');
    expect(driver.state().breaker).toBe('closed');
  });

  it.each([...PLANNED_SCHEMES, 'telnet', 'toString'])('has none for %s://', (scheme) => {
    const { drivers, address } = setup();

    expect(() => drivers.driverFor(address(scheme), CREDENTIALS)).toThrow('not yet supported');
  });

  it('remembers a refused password over drivers and transports, and forgets it with the secret', async () => {
    const { drivers, address } = setup();
    const bmc = await aBmc();
    const wrong = { ...CREDENTIALS, password: 'wrong' };
    for (const scheme of [...SUPPORTED_SCHEMES, ...SUPPORTED_SCHEMES]) {
      const driver = drivers.driverFor(address(scheme, bmc.host, bmc.port), wrong, 0);
      await expect(driver.readPower()).rejects.toMatchObject({ kind: 'auth' });
    }
    expect(bmc.seen.rakp1).toBe(1);

    const right = drivers.driverFor(address('ipmi', bmc.host, bmc.port), CREDENTIALS, 0);
    expect(await right.readPower()).toBe('off');
  });

  it('tries a refused password once more when a person asks for it', async () => {
    const { drivers, address } = setup();
    const bmc = await aBmc();
    const wrong = { ...CREDENTIALS, password: 'wrong' };
    const where = address('ipmi', bmc.host, bmc.port);
    const driver = drivers.driverFor(where, wrong, 0);
    await expect(driver.readPower()).rejects.toMatchObject({ kind: 'auth' });
    drivers.forgive(where);
    for (const _ of [1, 2]) await expect(driver.readPower()).rejects.toMatchObject({ kind: 'auth' });
    expect(bmc.seen.rakp1).toBe(2);
  });

  it('fails what is under way when it is closed', async () => {
    const { drivers, address } = setup();
    const bmc = await aBmc();
    bmc.faults.reply = 'drop';
    const read = drivers.driverFor(address('ipmi', bmc.host, bmc.port), CREDENTIALS, 0).readPower();
    const failed = expect(read).rejects.toMatchObject({ name: 'PowerError', kind: 'unreachable' });
    await drivers.close();
    await failed;
  });
});
