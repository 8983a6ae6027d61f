import type { BmcAddress } from '../model/desired.ts';
import type { PowerDriver } from '../model/power.ts';
import { createIpmiChannel } from './ipmi/channel.ts';
import { createIpmiDriver } from './ipmi/driver.ts';
import { createRandomPool } from './ipmi/random-pool.ts';
import { createTransport } from './ipmi/transport.ts';

// provisional
export function createDrivers() {
  const random = createRandomPool();
  const transport = createTransport({ random });
  return {
    driverFor(bmc: BmcAddress, c: { username: string; password: string }, _gap?: number): PowerDriver {
      const d = createIpmiDriver(createIpmiChannel({ host: bmc.host, port: bmc.port, ...c }, { transport, random }));
      let last: Promise<unknown> = Promise.resolve();
      const one = <T>(f: () => Promise<T>): Promise<T> => {
        const p = last.then(f, f);
        last = p.catch(() => {});
        return p;
      };
      return {
        readPower: () => one(() => d.readPower()),
        setPower: (op) => one(() => d.setPower(op)),
        setNextBoot: (dev, fw) => one(() => d.setNextBoot(dev, fw)),
        describe: () => one(() => d.describe()),
        close: () => d.close(),
      };
    },
    close: () => transport.close(),
  };
}
