/** The files that dnsmasq is run with: a site in, exact texts out. */

import type { Site } from '../../model/desired.ts';
import { confLines } from './conf.ts';
import { hostLines, nameLines, nodeHostLines } from './hosts.ts';
import { optionLines } from './options.ts';
import { subnetsOf } from './subnet.ts';

export interface DnsmasqFilesOptions {
  /** Absolute path of the directory that the files will lie in. */
  directory: string;
  /** Absolute path of the directory with the loaders (`LOADERS`). */
  tftpRoot: string;
  /** Base URL of the boot plane as machines reach it, without a trailing slash. */
  bootUrl: string;
}

/**
 * `dnsmasq.conf`, `hosts`, `opts` and `names` by file name. A change of the first needs a restart, one of the others SIGHUP.
 * Throws RenderError for a value that could break out of its line or that dnsmasq would misread.
 */
export function dnsmasqFiles(site: Site, options: DnsmasqFilesOptions): Map<string, string> {
  const subnets = subnetsOf(site);
  const hosts = hostLines(site, subnets);
  const lines: [string, string[]][] = [
    ['dnsmasq.conf', confLines({ site, subnets, hosts: hosts.length, ...options })],
    ['hosts', hosts],
    ['opts', site.services.dnsmasq.proxy ? [] : optionLines(site, subnets)],
    ['names', site.services.dnsmasq.dns ? nameLines(site) : []],
  ];
  return new Map(lines.map(([name, text]) => [name, text.map((line) => `${line}\n`).join('')]));
}

/** The lines that `hosts` must hold for a node to be answered; none where it has no interface on a network with DHCP. */
export function linesOfNode(site: Site, name: string): string[] {
  const node = site.nodes.get(name);
  const subnets = new Map(subnetsOf(site).map((subnet) => [subnet.network.name, subnet]));
  return node ? nodeHostLines(node, subnets) : [];
}
