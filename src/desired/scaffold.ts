/** A first site for `barewright init`: small, complete, and explained in its comments. */

import { readme, stackFiles } from './scaffold-texts.ts';
import { COMMON_SCHEMA, SCHEMAS } from './schemas.ts';

/**
 * The files of a new site, by path. `name` becomes the site's name and must be a valid one. The site validates as it is,
 * with one node whose power is left alone; the schemas come along so that editors know the format without a network.
 */
export function scaffoldSite({ name }: { name: string }): Map<string, string> {
  const files = new Map([
    ['README.md', readme(name)],
    ['inventory/site.yaml', site(name)],
    ['inventory/networks.yaml', network()],
    ['inventory/pools.yaml', pool()],
    ['inventory/nodes/general.yaml', node()],
    ['profiles/base.yaml', profile()],
    ...stackFiles(),
  ]);
  for (const schema of [COMMON_SCHEMA, ...Object.values(SCHEMAS)]) {
    files.set(`schemas/${schema.$id.split('/').at(-1)}`, `${JSON.stringify(schema, null, 2)}\n`);
  }
  return files;
}

function site(name: string): string {
  return `# yaml-language-server: $schema=../schemas/site.json
#
# The one document for all nodes: services, accounts, defaults, policy.
apiVersion: barewright.dev/v1
kind: Site
metadata: { name: ${name} }
spec:
  domain: ${name}.example.org
  timezone: Etc/UTC
  dns: [10.77.0.1]
  ntp: [10.77.0.1]
  # BMC accounts. Git holds only where a password is read from: a file in the daemon's secrets directory, or { env: NAME }.
  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
  # What a node and its pool do not say.
  defaults:
    power: on
    install: { profile: base }
    bmc: { credentials: bmc-default }
`;
}

function network(): string {
  return `# yaml-language-server: $schema=../schemas/network.json
apiVersion: barewright.dev/v1
kind: Network
metadata: { name: mgmt }
spec:
  cidr: 10.77.0.0/24
  gateway: 10.77.0.1
  role: install        # DHCP, network boot and reports; every node boots from such a network
`;
}

function pool(): string {
  return `# yaml-language-server: $schema=../schemas/pool.json
apiVersion: barewright.dev/v1
kind: Pool
metadata: { name: general }
spec:
  description: nodes without a special task
  policy: { unavailablePerPool: 1 }
`;
}

function node(): string {
  return `# yaml-language-server: $schema=../../schemas/node.json
#
# Several nodes may share this file, with --- between them.
apiVersion: barewright.dev/v1
kind: Node
metadata: { name: n01, labels: { rack: r1 } }
spec:
  pool: general
  power: unmanaged     # so that nothing is switched yet; take the line out once the BMC below is right
  # bmc: { url: ipmi://10.10.1.11 }
  # install: { profile: base, generation: 1 }   # another profile or a higher generation reinstalls: the disk is lost
  # protected: { reason: holds the only copy }  # refuses every reinstall
  interfaces:
    - { name: eno1, mac: 52:54:00:77:00:11, network: mgmt, address: 10.77.0.11, boot: true }
`;
}

function profile(): string {
  return `# yaml-language-server: $schema=../schemas/profile.json
#
# Editing a profile never reinstalls: stacks are applied in place, the rest shows nodes as outdated.
apiVersion: barewright.dev/v1
kind: Profile
metadata: { name: base }
spec:
  description: plain Debian
  os: { family: debian, release: bookworm }
  users:
    - name: ops
      sudo: true
      # sshKeys: ["ssh-ed25519 AAAA… you@example"]   # public keys only
  packages: [curl]
  stacks:
    - name: base
`;
}
