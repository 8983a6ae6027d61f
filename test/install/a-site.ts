/** The text of a site whose machines get Debian by its own installer. */

import type { ProfileSpec } from '../../src/model/site.ts';
import type { Mirror } from './a-mirror.ts';

export interface InstallNode {
  name: string;
  mac: string;
  /** Of its BMC. */
  host: string;
  address: string;
  firmware: 'bios' | 'uefi';
}

export interface Installs {
  nodes: readonly InstallNode[];
  mirror: Mirror;
  /** Public key of the person who looks in later. */
  sshKey: string;
}

export function installSite({ nodes, mirror, sshKey }: Installs): Map<string, string> {
  return new Map([
    ['inventory/site.yaml', site(mirror)],
    ['profiles/keys/mirror.asc', mirror.key],
    ['profiles/late/mark.sh', LATE],
    ...nodes.map((node) => [`profiles/${node.name}.yaml`, profile(node, mirror, sshKey)] as const),
    ...nodes.map((node) => [`inventory/nodes/${node.name}.yaml`, nodeText(node)] as const),
  ]);
}

function head(kind: string, name: string): string {
  return `apiVersion: barewright.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\n`;
}

/** Run inside the new system: says what it was given. */
const LATE = `#!/bin/sh
set -eu
echo "$BW_NODE $BW_PROFILE $(dpkg --print-architecture)" >/etc/late-mark
`;

function site(mirror: Mirror): string {
  return `${head('Site', 'install')}spec:
  domain: install.test
  timezone: Africa/Johannesburg
  mirror: { url: ${mirror.url}, key: mirror }
  credentials:
    rack: { username: admin, password: { env: RACK_PASSWORD } }
  defaults: { bmc: { credentials: rack } }
  services:
    dnsmasq: { mode: managed, interfaces: [br0], ipxe: { advertise: "fd77::/64" } }
  policy:
    sweepInterval: 10s
    reportInterval: 10s
    softOffGrace: 1s
    unavailablePerPool: 4
    attempts: 1
    deadlines: { arming: 30s, booting: 240s, restarting: 15m }
---
${head('Network', 'mgmt')}spec: { cidr: 10.77.0.0/24, gateway: 10.77.0.1, role: install }
---
${head('Pool', 'main')}spec: {}
`;
}

/** One of each kind: BIOS on one file system with swap, UEFI on LVM. */
function profile({ name, firmware }: InstallNode, { kernel, initrd }: Mirror, sshKey: string): string {
  const spec: ProfileSpec = {
    os: { family: 'debian', release: 'trixie' },
    netboot: { kernel, initrd },
    disk: {
      device: `/dev/disk/by-id/virtio-${name}`,
      ...(firmware === 'bios' ? { swap: '256M' } : { layout: 'lvm' }),
    },
    users: [
      { name: 'ops', groups: ['adm', 'docker'], sudo: true, sshKeys: [sshKey] },
      { name: 'guest', groups: ['users'], passwordHash: HASH },
    ],
    packages: ['tree'],
    kernelArguments: ['console=ttyS0,115200n8', 'panic=30'],
    lateSteps: ['mark'],
    timeouts: { install: '60m', configure: '10m' },
  };
  return `${head('Profile', name)}spec: ${JSON.stringify(spec)}\n`;
}

/** Of nothing that anybody uses. */
const HASH =
  '$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/';

function nodeText({ name, mac, host, address, firmware }: InstallNode): string {
  return `${head('Node', name)}spec:
  pool: main
  firmware: ${firmware}
  install: { profile: ${name}, generation: 1 }
  bmc: { url: "ipmi://${host}:6230" }
  interfaces:
    - { name: eth0, mac: "${mac}", network: mgmt, address: ${address}, boot: true }
`;
}
