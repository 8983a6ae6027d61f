/** The text of a site for a virtual rack: in the proportions of a real one, with a test's patience. */

import type { ArtifactSpec, DiskImageSpec } from '../../src/model/site.ts';

export interface MetalNode {
  name: string;
  mac: string;
  /** Of its BMC. */
  host: string;
  address: string;
  firmware: 'bios' | 'uefi';
  bootLoader?: 'grub';
  generation: number;
}

/** What machines boot into to be installed, and what is written to their disks. */
export interface Artifacts {
  kernel: ArtifactSpec;
  initrd: ArtifactSpec;
  image: DiskImageSpec;
}

export function siteFiles(nodes: readonly MetalNode[], artifacts: Artifacts): Map<string, string> {
  return new Map([
    ['inventory/site.yaml', SITE],
    ['profiles/tiny.yaml', profile(artifacts)],
    ['profiles/stacks/mark/stack.yaml', `${head('Stack', 'mark')}spec: { os: [debian] }\n`],
    ['profiles/stacks/mark/apply.sh', '#!/bin/sh\ntrue\n'],
    ...nodes.map((node) => [nodeFile(node), nodeText(node)] as const),
  ]);
}

export function nodeFile({ name }: MetalNode): string {
  return `inventory/nodes/${name}.yaml`;
}

export function nodeText({ name, mac, host, address, firmware, bootLoader, generation }: MetalNode): string {
  return `${head('Node', name)}spec:
  pool: main
  firmware: ${firmware}
  bootLoader: ${bootLoader ?? 'ipxe'}
  install: { profile: tiny, generation: ${generation} }
  bmc: { url: "ipmi://${host}:6230" }
  interfaces:
    - { name: eth0, mac: "${mac}", network: mgmt, address: ${address}, boot: true }
`;
}

function head(kind: string, name: string): string {
  return `apiVersion: barewright.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\n`;
}

const SITE = `${head('Site', 'metal')}spec:
  domain: metal.test
  credentials:
    rack: { username: admin, password: { env: RACK_PASSWORD } }
  defaults: { bmc: { credentials: rack } }
  services:
    dnsmasq: { mode: managed, interfaces: [br0], ipxe: { advertise: "fd77::/64" } }
  policy:
    sweepInterval: 2s
    reportInterval: 3s
    softOffGrace: 1s
    unavailablePerPool: 4
    deadlines: { arming: 30s, booting: 90s, restarting: 90s }
---
${head('Network', 'mgmt')}spec: { cidr: 10.77.0.0/24, gateway: 10.77.0.1, role: install }
---
${head('Pool', 'main')}spec: {}
`;

/** An install that was cut off is given up after so long: several times what one takes on two busy cores. */
const INSTALL_TIMEOUT = '60s';

function profile({ kernel, initrd, image }: Artifacts): string {
  return `${head('Profile', 'tiny')}spec:
  os: { family: debian, release: trixie }
  installer: image
  netboot:
    kernel: ${JSON.stringify(kernel)}
    initrd: ${JSON.stringify(initrd)}
  image: ${JSON.stringify(image)}
  kernelArguments: [console=ttyS0]
  stacks: [{ name: mark }]
  timeouts: { install: ${INSTALL_TIMEOUT}, configure: 60s }
`;
}
