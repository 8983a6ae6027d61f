/** The services beside the daemon, with every default applied. */

import type { DnsmasqService, NetbootService } from '../model/desired.ts';
import type { DnsmasqSpec, NetbootServiceSpec } from '../model/site.ts';
import { parseCidr } from './address.ts';

export function buildNetboot(spec: NetbootServiceSpec): NetbootService | null {
  const { mode, listen, directory, configuration, reload = [] } = spec;
  if (mode !== 'nginx' || listen === undefined || directory === undefined || configuration === undefined) {
    return null;
  }
  return { listen, directory, configuration, reload };
}

export function buildDnsmasq(spec: DnsmasqSpec): DnsmasqService {
  const { mode = 'off', interfaces = [], directory, reload = [], proxy = false, dns = true, ipxe } = spec;
  const advertise = ipxe?.advertise ?? null;
  return {
    mode,
    interfaces: [...interfaces].sort(),
    directory: mode === 'files' ? (directory ?? null) : null,
    reload,
    proxy,
    dns,
    ipxe: {
      // Beside another server there is a proxy-DHCP to wait for: this one.
      accelerate: !proxy && (ipxe?.accelerate ?? true),
      advertise: advertise === null ? null : (parseCidr(advertise)?.text ?? advertise),
    },
  };
}
