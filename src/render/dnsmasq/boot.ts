/** Which loader each kind of firmware is given, and what iPXE fetches then. */

import type { Site } from '../../model/desired.ts';
import type { Subnet } from './subnet.ts';
import { baseUrl, isIpv4, isIpv6, macAddress } from './values.ts';

/** Names below the TFTP root, and below `/ipxe/` of the boot plane. */
export const LOADERS = {
  bios: 'undionly.kpxe',
  efi64: 'snponly.efi',
  efiarm: 'snponly-arm64.efi',
} as const;

/** Debian's signed shim, by the names it goes by; it fetches `grubx64.efi` or `grubaa64.efi` from beside it. */
export const SHIMS = { efi64: 'shimx64.efi', efiarm: 'shimaa64.efi' } as const;

/** Client architectures (RFC 4578 §2.1, IANA "Processor Architecture Types"): PXE, and UEFI HTTP boot. */
const ARCHITECTURES = [
  ['bios', 0],
  ['efi64', 7],
  ['efi64', 9],
  ['efiarm', 11],
  ['http64', 16],
  ['httparm', 19],
] as const;

/** How dnsmasq calls them in `pxe-service`. */
const SERVICES = [
  ['x86PC', LOADERS.bios],
  ['BC_EFI', LOADERS.efi64],
  ['x86-64_EFI', LOADERS.efi64],
  ['ARM64_EFI', LOADERS.efiarm],
] as const;
const SHIM_SERVICES = [
  ['BC_EFI', SHIMS.efi64],
  ['x86-64_EFI', SHIMS.efi64],
  ['ARM64_EFI', SHIMS.efiarm],
] as const;

/** iPXE asks the boot plane for the script of the very interface it boots from. */
function scriptUrl(bootUrl: string): string {
  return `${bootUrl}/boot/\${netX/mac:hexhyp}`;
}

export function bootLines(site: Site, subnets: readonly Subnet[], url: string): string[] {
  const bootUrl = baseUrl('boot URL', url);
  const { proxy, ipxe } = site.services.dnsmasq;
  const grub = grubLines(site);
  // UEFI HTTP boot is of no use to a GRUB that cannot go on by HTTP.
  const other = grub.length > 0 ? 'tag:!grub,' : '';
  return [
    '# iPXE, from a ROM or chain-loaded, is known by its option 175',
    'dhcp-match=set:ipxe,175',
    ...ARCHITECTURES.map(([tag, code]) => `dhcp-match=set:${tag},option:client-arch,${code}`),
    'dhcp-vendorclass=set:httpc,HTTPClient',
    `dhcp-boot=tag:ipxe,${scriptUrl(bootUrl)}${proxy ? nextServer(bootUrl) : ''}`,
    ...grub,
    ...(proxy ? proxyServices(other) : ownLoaders(other)),
    ...httpLoader(`${other}tag:httpc,tag:http64`, LOADERS.efi64, bootUrl),
    ...httpLoader(`${other}tag:httpc,tag:httparm`, LOADERS.efiarm, bootUrl),
    `dhcp-option-force=tag:httpc,tag:!ipxe,${other}60,HTTPClient`,
    ...(ipxe.accelerate
      ? ['# no wait for a proxy-DHCP server', 'dhcp-option=tag:ipxe,encap:175,176,1b']
      : []),
    ...(!proxy && subnets.some(({ family }) => family === 6) ? bootLines6(bootUrl) : []),
  ];
}

/** Beside another server's offer, iPXE takes a boot file only together with the address of a server. */
function nextServer(bootUrl: string): string {
  const host = /^https?:\/\/([^:/]+)/.exec(bootUrl)?.[1] ?? '';
  return isIpv4(host) ? `,,${host}` : '';
}

function ownLoaders(other: string): string[] {
  return (['bios', 'efi64', 'efiarm'] as const).map(
    (tag) => `dhcp-boot=tag:!ipxe,${other}tag:${tag},${LOADERS[tag]}`,
  );
}

function proxyServices(other: string): string[] {
  return SERVICES.map(([kind, loader]) => `pxe-service=tag:!ipxe,${other}${kind},"barewright",${loader}`);
}

function httpLoader(tags: string, loader: string, bootUrl: string): string[] {
  return [`dhcp-boot=tag:!ipxe,${tags},${bootUrl}/ipxe/${loader}`];
}

/**
 * Who boots by shim and GRUB, by MAC: here and not in the hosts file, where a `set:` makes dnsmasq up to 2.90 crash at SIGHUP.
 * So another machine of that kind takes a restart.
 */
function grubLines(site: Site): string[] {
  const nodes = [...site.nodes.values()].filter(({ bootLoader }) => bootLoader === 'grub');
  if (nodes.length === 0) return [];
  return [
    '# shim and GRUB; the daemon itself sends what they ask for by TFTP',
    ...nodes.map(({ name, bootMac }) => `dhcp-mac=set:grub,${macAddress(`node ${name}`, bootMac)}`),
    ...(site.services.dnsmasq.proxy
      ? SHIM_SERVICES.map(([kind, shim]) => `pxe-service=tag:!ipxe,tag:grub,${kind},"barewright",${shim}`)
      : (['efi64', 'efiarm'] as const).map((tag) => `dhcp-boot=tag:!ipxe,tag:grub,tag:${tag},${SHIMS[tag]}`)),
  ];
}

/** Whether any machine needs a TFTP server that answers by MAC, which dnsmasq's is not. */
export function needsOwnTftp({ nodes }: Pick<Site, 'nodes'>): boolean {
  return [...nodes.values()].some(({ bootLoader }) => bootLoader === 'grub');
}

/** RFC 5970: the architecture is option 61 there, the file a URL in option 59. */
function bootLines6(bootUrl: string): string[] {
  const host = /^https?:\/\/\[([^\]]+)\]/.exec(bootUrl)?.[1];
  const tftp = host !== undefined && isIpv6(host) ? `tftp://[${host}]` : null;
  return [
    '# the same for DHCPv6',
    'dhcp-userclass=set:ipxe,iPXE',
    'dhcp-vendorclass=set:httpc,enterprise:343,HTTPClient',
    'dhcp-match=set:efi64,option6:61,00:07',
    'dhcp-match=set:efi64,option6:61,00:09',
    'dhcp-match=set:efiarm,option6:61,00:0b',
    'dhcp-match=set:http64,option6:61,00:10',
    'dhcp-match=set:httparm,option6:61,00:13',
    `dhcp-option=tag:ipxe,option6:bootfile-url,${scriptUrl(bootUrl)}`,
    ...(['efi64', 'efiarm'] as const).flatMap((tag) =>
      tftp ? [`dhcp-option=tag:!ipxe,tag:${tag},option6:bootfile-url,${tftp}/${LOADERS[tag]}`] : [],
    ),
    `dhcp-option=tag:!ipxe,tag:http64,option6:bootfile-url,${bootUrl}/ipxe/${LOADERS.efi64}`,
    `dhcp-option=tag:!ipxe,tag:httparm,option6:bootfile-url,${bootUrl}/ipxe/${LOADERS.efiarm}`,
  ];
}
