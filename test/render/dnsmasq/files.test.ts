import { describe, expect, it } from 'vitest';
import type { Site } from '../../../src/model/desired.ts';
import { dnsmasqFiles, linesOfNode } from '../../../src/render/dnsmasq/files.ts';
import { aDhcpSite, aMgmtNode, aNetwork, judgedByDnsmasq, PLACE } from '../../builders/dnsmasq.ts';

const text = (site: Site, name: string, place = PLACE) => dnsmasqFiles(site, place).get(name) ?? '';
const conf = (site: Site) => text(site, 'dnsmasq.conf');
const linesWith = (site: Site, word: string | RegExp) =>
  conf(site)
    .split('\n')
    .filter((line) => line.match(word));

describe('dnsmasq.conf', () => {
  it('of a plain site', () => {
    const site = aDhcpSite();
    expect(conf(site)).toMatchInlineSnapshot(`
      "# barewright writes this file: what is changed here is lost.
      # Beside the answers to machines of the inventory nothing is said: no lease, no boot file.
      bind-dynamic
      except-interface=lo
      interface=br0
      no-hosts
      addn-hosts=/run/bw/names
      domain-needed
      domain=karoo.example.org

      dhcp-ignore=tag:!known
      dhcp-ignore-names
      dhcp-hostsfile=/run/bw/hosts
      dhcp-optsfile=/run/bw/opts
      dhcp-lease-max=20000
      dhcp-authoritative
      log-dhcp
      dhcp-range=set:net-mgmt,10.77.0.0,static,255.255.255.0,1h

      enable-tftp
      tftp-root=/run/bw/tftp
      # iPXE, from a ROM or chain-loaded, is known by its option 175
      dhcp-match=set:ipxe,175
      dhcp-match=set:bios,option:client-arch,0
      dhcp-match=set:efi64,option:client-arch,7
      dhcp-match=set:efi64,option:client-arch,9
      dhcp-match=set:efiarm,option:client-arch,11
      dhcp-match=set:http64,option:client-arch,16
      dhcp-match=set:httparm,option:client-arch,19
      dhcp-vendorclass=set:httpc,HTTPClient
      dhcp-boot=tag:ipxe,http://10.77.0.1:8480/boot/\${netX/mac:hexhyp}
      dhcp-boot=tag:!ipxe,tag:bios,undionly.kpxe
      dhcp-boot=tag:!ipxe,tag:efi64,snponly.efi
      dhcp-boot=tag:!ipxe,tag:efiarm,snponly-arm64.efi
      dhcp-boot=tag:!ipxe,tag:httpc,tag:http64,http://10.77.0.1:8480/ipxe/snponly.efi
      dhcp-boot=tag:!ipxe,tag:httpc,tag:httparm,http://10.77.0.1:8480/ipxe/snponly-arm64.efi
      dhcp-option-force=tag:httpc,tag:!ipxe,60,HTTPClient
      # no wait for a proxy-DHCP server
      dhcp-option=tag:ipxe,encap:175,176,1b
      "
    `);
    expect(judgedByDnsmasq(site)).toBe('dnsmasq: syntax check OK.');
  });

  it('with machines that boot shim and GRUB: by MAC, and without a TFTP of its own', () => {
    const grub = aMgmtNode('n2', 12).with({ bootLoader: 'grub' });
    const site = aDhcpSite({ nodes: [aMgmtNode('n1', 11), grub] });
    expect(linesWith(site, /tftp|grub|efi64|efiarm|bios/)).toMatchInlineSnapshot(`
      [
        "dhcp-match=set:bios,option:client-arch,0",
        "dhcp-match=set:efi64,option:client-arch,7",
        "dhcp-match=set:efi64,option:client-arch,9",
        "dhcp-match=set:efiarm,option:client-arch,11",
        "dhcp-mac=set:grub,52:54:00:77:00:0c",
        "dhcp-boot=tag:!ipxe,tag:grub,tag:efi64,shimx64.efi",
        "dhcp-boot=tag:!ipxe,tag:grub,tag:efiarm,shimaa64.efi",
        "dhcp-boot=tag:!ipxe,tag:!grub,tag:bios,undionly.kpxe",
        "dhcp-boot=tag:!ipxe,tag:!grub,tag:efi64,snponly.efi",
        "dhcp-boot=tag:!ipxe,tag:!grub,tag:efiarm,snponly-arm64.efi",
        "dhcp-boot=tag:!ipxe,tag:!grub,tag:httpc,tag:http64,http://10.77.0.1:8480/ipxe/snponly.efi",
        "dhcp-boot=tag:!ipxe,tag:!grub,tag:httpc,tag:httparm,http://10.77.0.1:8480/ipxe/snponly-arm64.efi",
        "dhcp-option-force=tag:httpc,tag:!ipxe,tag:!grub,60,HTTPClient",
      ]
    `);
    expect(judgedByDnsmasq(site)).toBe('dnsmasq: syntax check OK.');
    const proxy = aDhcpSite({ nodes: [aMgmtNode('n1', 11), grub], dnsmasq: { proxy: true } });
    expect(linesWith(proxy, /pxe-service/)).toMatchInlineSnapshot(`
      [
        "pxe-service=tag:!ipxe,tag:grub,BC_EFI,"barewright",shimx64.efi",
        "pxe-service=tag:!ipxe,tag:grub,x86-64_EFI,"barewright",shimx64.efi",
        "pxe-service=tag:!ipxe,tag:grub,ARM64_EFI,"barewright",shimaa64.efi",
        "pxe-service=tag:!ipxe,tag:!grub,x86PC,"barewright",undionly.kpxe",
        "pxe-service=tag:!ipxe,tag:!grub,BC_EFI,"barewright",snponly.efi",
        "pxe-service=tag:!ipxe,tag:!grub,x86-64_EFI,"barewright",snponly.efi",
        "pxe-service=tag:!ipxe,tag:!grub,ARM64_EFI,"barewright",snponly-arm64.efi",
      ]
    `);
    expect(judgedByDnsmasq(proxy)).toBe('dnsmasq: syntax check OK.');
  });

  it('of a proxy beside another server', () => {
    const site = aDhcpSite({
      dnsmasq: { proxy: true, dns: false, ipxe: { accelerate: false, advertise: null } },
    });
    expect(conf(site)).toMatchInlineSnapshot(`
      "# barewright writes this file: what is changed here is lost.
      # Beside the answers to machines of the inventory nothing is said: no lease, no boot file.
      bind-dynamic
      except-interface=lo
      interface=br0
      port=0

      dhcp-ignore=tag:!known
      dhcp-ignore-names
      dhcp-hostsfile=/run/bw/hosts
      dhcp-optsfile=/run/bw/opts
      dhcp-lease-max=20000
      log-dhcp
      dhcp-range=set:net-mgmt,10.77.0.0,proxy,255.255.255.0

      enable-tftp
      tftp-root=/run/bw/tftp
      # iPXE, from a ROM or chain-loaded, is known by its option 175
      dhcp-match=set:ipxe,175
      dhcp-match=set:bios,option:client-arch,0
      dhcp-match=set:efi64,option:client-arch,7
      dhcp-match=set:efi64,option:client-arch,9
      dhcp-match=set:efiarm,option:client-arch,11
      dhcp-match=set:http64,option:client-arch,16
      dhcp-match=set:httparm,option:client-arch,19
      dhcp-vendorclass=set:httpc,HTTPClient
      dhcp-boot=tag:ipxe,http://10.77.0.1:8480/boot/\${netX/mac:hexhyp},,10.77.0.1
      pxe-service=tag:!ipxe,x86PC,"barewright",undionly.kpxe
      pxe-service=tag:!ipxe,BC_EFI,"barewright",snponly.efi
      pxe-service=tag:!ipxe,x86-64_EFI,"barewright",snponly.efi
      pxe-service=tag:!ipxe,ARM64_EFI,"barewright",snponly-arm64.efi
      dhcp-boot=tag:!ipxe,tag:httpc,tag:http64,http://10.77.0.1:8480/ipxe/snponly.efi
      dhcp-boot=tag:!ipxe,tag:httpc,tag:httparm,http://10.77.0.1:8480/ipxe/snponly-arm64.efi
      dhcp-option-force=tag:httpc,tag:!ipxe,60,HTTPClient
      "
    `);
    expect(text(site, 'opts')).toBe('');
    expect(judgedByDnsmasq(site)).toBe('dnsmasq: syntax check OK.');
  });

  it('of IPv4 and IPv6, with relayed networks, their own domains and lease times', () => {
    const v6 = aMgmtNode('n2', 12).with({
      interfaces: [
        { name: 'eno1', mac: '52:54:00:77:06:12', network: 'mgmt6', address: 'fd77::12', boot: true },
      ],
      bootAddress: 'fd77::12',
    });
    const site = aDhcpSite({
      nodes: [aMgmtNode('n1', 11), v6],
      networks: [
        aNetwork('data', '10.78.0.0/24', { dhcp: false }),
        aNetwork('mgmt', '10.77.0.0/16', { gateway: '10.77.0.1', domain: 'm.example.org', mtu: 9000 }),
        aNetwork('mgmt6', 'fd77::/64', { dns: ['fd77::1'], ntp: ['fd77::1', 'ntp.example.org'] }),
        aNetwork('rack2', '10.79.0.0/20', {
          relayed: true,
          leaseTime: 600_000,
          dns: ['10.79.0.2', 'fd77::1'],
        }),
      ],
      dnsmasq: { interfaces: ['br0', 'eno2.77'], ipxe: { accelerate: true, advertise: 'fd99::/64' } },
    });
    expect(linesWith(site, /range|interface|domain=|ra/)).toMatchInlineSnapshot(`
      [
        "except-interface=lo",
        "interface=br0",
        "interface=eno2.77",
        "domain=karoo.example.org",
        "domain=m.example.org,10.77.0.0/16",
        "dhcp-range=set:net-mgmt,10.77.0.0,static,255.255.0.0,1h",
        "dhcp-range=set:net-mgmt6,fd77::,static,64,1h",
        "dhcp-range=set:net-rack2,10.79.0.0,static,255.255.240.0,10m",
        "enable-ra",
        "dhcp-range=fd99::,ra-only,64",
        "ra-param=br0,30,0",
        "ra-param=eno2.77,30,0",
      ]
    `);
    expect(linesWith(site, /option6|userclass|enterprise/)).toMatchInlineSnapshot(`
      [
        "dhcp-userclass=set:ipxe,iPXE",
        "dhcp-vendorclass=set:httpc,enterprise:343,HTTPClient",
        "dhcp-match=set:efi64,option6:61,00:07",
        "dhcp-match=set:efi64,option6:61,00:09",
        "dhcp-match=set:efiarm,option6:61,00:0b",
        "dhcp-match=set:http64,option6:61,00:10",
        "dhcp-match=set:httparm,option6:61,00:13",
        "dhcp-option=tag:ipxe,option6:bootfile-url,http://10.77.0.1:8480/boot/\${netX/mac:hexhyp}",
        "dhcp-option=tag:!ipxe,tag:http64,option6:bootfile-url,http://10.77.0.1:8480/ipxe/snponly.efi",
        "dhcp-option=tag:!ipxe,tag:httparm,option6:bootfile-url,http://10.77.0.1:8480/ipxe/snponly-arm64.efi",
      ]
    `);
    expect(text(site, 'opts')).toMatchInlineSnapshot(`
      "tag:net-mgmt,option:router,10.77.0.1
      tag:net-mgmt,option:dns-server,10.77.0.1
      tag:net-mgmt,option:ntp-server,10.77.0.1
      tag:net-mgmt,option:domain-name,m.example.org
      tag:net-mgmt,option:mtu,9000
      tag:net-mgmt6,option6:dns-server,[fd77::1]
      tag:net-mgmt6,option6:ntp-server,[fd77::1]
      tag:net-mgmt6,option6:domain-search,karoo.example.org
      tag:net-rack2,option:router
      tag:net-rack2,option:dns-server,10.79.0.2
      tag:net-rack2,option:ntp-server,10.77.0.1
      tag:net-rack2,option:domain-name,karoo.example.org
      "
    `);
    expect(text(site, 'hosts')).toMatchInlineSnapshot(`
      "52:54:00:77:00:0b,10.77.0.11,n1,1h
      52:54:00:77:06:12,[fd77::12],n2,1h
      "
    `);
    expect(text(site, 'names')).toMatchInlineSnapshot(`
      "10.77.0.11 n1.karoo.example.org n1
      fd77::12 n2.karoo.example.org n2
      "
    `);
    expect(judgedByDnsmasq(site)).toBe('dnsmasq: syntax check OK.');
  });

  it('gives from a range only where a machine has no address of its own, around those of servers', () => {
    const site = aDhcpSite({
      nodes: [aMgmtNode('n1', 11), aMgmtNode('n2', 12, null)],
      networks: [aNetwork('mgmt', '10.77.0.0/24', { gateway: '10.77.0.254', dns: ['10.77.0.40'] })],
    });
    expect(linesWith(site, 'dhcp-range')).toEqual([
      'dhcp-range=set:net-mgmt,10.77.0.41,10.77.0.253,255.255.255.0,1h',
    ]);
    expect(text(site, 'hosts')).toBe('52:54:00:77:00:0b,10.77.0.11,n1,1h\n52:54:00:77:00:0c,n2,1h\n');
    expect(judgedByDnsmasq(site)).toBe('dnsmasq: syntax check OK.');
  });

  it('stays the same when a machine is added: no restart, only a reload', () => {
    const more = aDhcpSite({ nodes: [aMgmtNode('n1', 11), aMgmtNode('n2', 12)] });
    expect(conf(more)).toBe(conf(aDhcpSite()));
    expect(text(more, 'hosts')).not.toBe(text(aDhcpSite(), 'hosts'));
  });

  it('has room for more leases than hosts', () => {
    const nodes = Array.from({ length: 11_000 }, (_, i) => {
      const mac = `52:54:00:01:${(i >> 8).toString(16).padStart(2, '0')}:${(i & 255).toString(16).padStart(2, '0')}`;
      const address = `10.77.${(i >> 8) + 1}.${i & 255}`;
      return aMgmtNode(`n${i}`, 11).with({
        interfaces: [{ name: 'eno1', mac, network: 'mgmt', address, boot: true }],
      });
    });
    const site = aDhcpSite({ nodes, networks: [aNetwork('mgmt', '10.77.0.0/16')] });
    expect(linesWith(site, 'lease-max')).toEqual(['dhcp-lease-max=40000']);
  });
});

describe('hosts', () => {
  it('has every interface on a network with DHCP, the name at the boot interface alone, and never `set:`', () => {
    const node = aMgmtNode('n1', 11).with({
      interfaces: [
        { name: 'eno1', mac: '52:54:00:77:00:11', network: 'mgmt', address: '10.77.0.11', boot: true },
        { name: 'eno2', mac: '52:54:00:77:01:11', network: 'mgmt', address: '10.77.0.12', boot: false },
        { name: 'ens1', mac: '52:54:00:77:02:11', network: 'data', address: '10.78.0.11', boot: false },
      ],
    });
    const site = aDhcpSite({
      nodes: [node],
      networks: [aNetwork('mgmt', '10.77.0.0/24'), aNetwork('data', '10.78.0.0/24', { dhcp: false })],
    });
    expect(text(site, 'hosts')).toBe('52:54:00:77:00:11,10.77.0.11,n1,1h\n52:54:00:77:01:11,10.77.0.12,1h\n');
    expect(linesOfNode(site, 'n1')).toEqual(text(site, 'hosts').trim().split('\n'));
    expect(linesOfNode(site, 'n9')).toEqual([]);
    expect(text(site, 'hosts')).not.toContain('set:');
    expect(judgedByDnsmasq(site)).toBe('dnsmasq: syntax check OK.');
  });
});
