/** BMC addresses, `scheme://host[:port][/path]`. */

import type { BmcAddress } from '../model/desired.ts';
import { parseAddress } from './address.ts';

const FORM = /^([a-z][a-z0-9+.-]*):\/\/(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::([0-9]{1,5}))?(?:\/.*)?$/;

/** The port of RMCP (IPMI 2.0 §13.1.2), which all schemes of this version use. */
const RMCP_PORT = 623;

/** Parses a BMC address; null when its form, its host or its port is none. The host has no brackets. */
export function parseBmcUrl(url: string): Omit<BmcAddress, 'credentials'> | null {
  const match = FORM.exec(url);
  if (!match) return null;
  const [, scheme = '', v6, name = '', portText] = match;
  const port = portText === undefined ? null : Number(portText);
  if (port !== null && (port < 1 || port > 65535)) return null;
  const host = v6 ?? name.toLowerCase();
  // Digits and dots that are no address would only fail later, as an unknown host name.
  const numeric = v6 !== undefined || /^[0-9.]+$/.test(host);
  const address = parseAddress(host);
  if (numeric && !address) return null;
  return { url, scheme, host: address?.text ?? host, port };
}

/** One text per BMC: two documents with the same one mean the same machine. */
export function bmcIdentity(bmc: Pick<BmcAddress, 'host' | 'port'>): string {
  return `${bmc.host} port ${bmc.port ?? RMCP_PORT}`;
}
