/** The text of a site for a virtual rack: in the proportions of a real one, with a test's patience. */

import type { ArtifactSpec, DiskImageSpec, UserSpec } from '../../src/model/site.ts';

export interface MetalNode {
  name: string;
  mac: string;
  /** Of its BMC. */
  host: string;
  address: string;
  firmware: 'bios' | 'uefi';
  bootLoader?: 'grub';
  generation: number;
  /** Default `tiny`. */
  profile?: string;
}

/** What machines boot into to be installed, and what is written to their disks. */
export interface Artifacts {
  kernel: ArtifactSpec;
  initrd: ArtifactSpec;
  image: DiskImageSpec;
}

const PATIENCE_S = 90;

/** What differs between the systems that are installed. */
export interface SystemOptions {
  /** A name for the profile. Default `tiny`. */
  profile?: string;
  users?: readonly UserSpec[];
  /** What the stack `mark` does. */
  apply?: string;
  /** Seconds for each rung; several times what it takes on two busy cores. Default 90. */
  patience?: number;
  /** More of the site's policy, a line of YAML. */
  policy?: string;
}

export function siteFiles(
  nodes: readonly MetalNode[],
  artifacts: Artifacts,
  options: SystemOptions = {},
): Map<string, string> {
  const { profile = 'tiny', apply = 'true', patience = PATIENCE_S, policy = 'installsAtOnce: 4' } = options;
  return new Map([
    ['inventory/site.yaml', site(patience, policy)],
    [`profiles/${profile}.yaml`, profileText(artifacts, options)],
    ['profiles/stacks/mark/stack.yaml', `${head('Stack', 'mark')}spec: { os: [debian] }\n`],
    ['profiles/stacks/mark/apply.sh', `#!/bin/sh\n${apply}\n`],
    ...nodes.map((node) => [nodeFile(node), nodeText(node)] as const),
  ]);
}

export function nodeFile({ name }: MetalNode): string {
  return `inventory/nodes/${name}.yaml`;
}

export function nodeText(node: MetalNode): string {
  const { name, mac, host, address, firmware, bootLoader = 'ipxe', generation, profile = 'tiny' } = node;
  return `${head('Node', name)}spec:
  pool: main
  firmware: ${firmware}
  bootLoader: ${bootLoader}
  install: { profile: ${profile}, generation: ${generation} }
  bmc: { url: "ipmi://${host}:6230" }
  interfaces:
    - { name: eth0, mac: "${mac}", network: mgmt, address: ${address}, boot: true }
`;
}

function head(kind: string, name: string): string {
  return `apiVersion: barewright.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\n`;
}

function site(patience: number, policy: string): string {
  return `${head('Site', 'metal')}spec:
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
    unavailablePerPool: 100%
    reinstallsPerCommit: 10
    ${policy}
    deadlines: { arming: 30s, booting: ${patience}s, restarting: ${patience}s }
---
${head('Network', 'mgmt')}spec: { cidr: 10.77.0.0/24, gateway: 10.77.0.1, role: install }
---
${head('Pool', 'main')}spec: {}
`;
}

function profileText({ kernel, initrd, image }: Artifacts, options: SystemOptions): string {
  const { profile = 'tiny', users, patience = PATIENCE_S } = options;
  return `${head('Profile', profile)}spec:
  os: { family: debian, release: trixie }
  installer: image
  netboot:
    kernel: ${JSON.stringify(kernel)}
    initrd: ${JSON.stringify(initrd)}
  image: ${JSON.stringify(image)}
  kernelArguments: [console=ttyS0]
${users ? `  users: ${JSON.stringify(users)}\n` : ''}  stacks: [{ name: mark }]
  timeouts: { install: ${patience}s, configure: ${patience}s }
`;
}
