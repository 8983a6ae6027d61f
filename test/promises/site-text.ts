/** The text of a small site for scenarios: every knob that a scenario turns is an argument. */

export interface SiteText {
  nodes: readonly NodeText[];
  /** Lines of `policy`, as YAML flow values. */
  policy?: Record<string, string | number>;
  credentialFile?: string;
  /** The BMCs' password, as a YAML flow value, instead of the file. */
  password?: string;
  /** Changes the base profile's text, so that its digests change. */
  packages?: readonly string[];
  stackScript?: string;
  poolDefaults?: string;
  /** What the base profile boots, as a YAML flow value. */
  netboot?: string;
  /** `registries`, as a YAML flow value. */
  registries?: string;
  /** `verify`, as a YAML flow value. */
  verify?: string;
  /** `review`, as a YAML flow value. */
  review?: string;
  /** `notifications`, as a YAML flow value. */
  notifications?: string;
  /** Documents of kind Image. */
  images?: string;
  /** Of both profiles. Default 4 s each. */
  timeouts?: string;
}

export interface NodeText {
  name: string;
  mac: string;
  bmc: string;
  address: string;
  generation?: number;
  profile?: string;
  power?: 'on' | 'off';
  extra?: string;
}

/** Fast enough for a test, in the same proportions as on a real rack. */
export const SCENE_POLICY = {
  installsAtOnce: 12,
  reinstallsPerCommit: 3,
  unavailablePerPool: 12,
  attempts: 3,
  sweepInterval: '1s',
  reportInterval: '1s',
  softOffGrace: '150ms',
  bmcGap: '1ms',
  deadlines: '{ arming: 3s, booting: 4s, restarting: 4s }',
};

export function siteFiles(site: SiteText): Map<string, string> {
  const policy = Object.entries({ ...SCENE_POLICY, ...site.policy })
    .map(([key, value]) => `    ${key}: ${value}`)
    .join('\n');
  return new Map([
    [
      'inventory/site.yaml',
      `apiVersion: barewright.dev/v1
kind: Site
metadata: { name: scene }
spec:
  domain: scene.test
  credentials:
    bmc-default: { username: admin, password: ${site.password ?? `{ file: ${site.credentialFile ?? 'bmc'} }`} }
  defaults:
    bmc: { credentials: bmc-default }
${optional('verify', site.verify)}${optional('registries', site.registries)}${optional('review', site.review)}${optional('notifications', site.notifications)}  policy:
${policy}
---
apiVersion: barewright.dev/v1
kind: Network
metadata: { name: mgmt }
spec: { cidr: 127.0.0.0/8, role: install }
---
apiVersion: barewright.dev/v1
kind: Pool
metadata: { name: main }
spec:
  defaults: ${site.poolDefaults ?? '{ install: { profile: base } }'}
`,
    ],
    ...(site.images === undefined ? [] : [['inventory/images.yaml', site.images] as const]),
    ['profiles/base.yaml', profile('base', site.packages ?? [], site.timeouts, site.netboot)],
    ['profiles/docker.yaml', profile('docker', [], site.timeouts)],
    [
      'profiles/stacks/common/stack.yaml',
      'apiVersion: barewright.dev/v1\nkind: Stack\nmetadata: { name: common }\nspec: { os: [debian] }\n',
    ],
    ['profiles/stacks/common/apply.sh', site.stackScript ?? '#!/bin/sh\ntrue\n'],
    ...site.nodes.map((node) => [`inventory/nodes/${node.name}.yaml`, nodeText(node)] as const),
  ]);
}

/** A field of the spec, where there is one. */
function optional(name: string, value: string | undefined): string {
  return value === undefined ? '' : `  ${name}: ${value}\n`;
}

function profile(
  name: string,
  packages: readonly string[],
  timeouts = '{ install: 4s, configure: 4s }',
  netboot?: string,
): string {
  return `apiVersion: barewright.dev/v1
kind: Profile
metadata: { name: ${name} }
spec:
  os: { family: debian, release: trixie }
  packages: [${packages.join(', ')}]
  stacks: [{ name: common }]
  timeouts: ${timeouts}
${netboot === undefined ? '' : `  netboot: ${netboot}\n`}`;
}

function nodeText({ name, mac, bmc, address, generation, profile, power, extra }: NodeText): string {
  const install = [
    ...(profile ? [`profile: ${profile}`] : []),
    ...(generation ? [`generation: ${generation}`] : []),
  ].join(', ');
  return `apiVersion: barewright.dev/v1
kind: Node
metadata: { name: ${name} }
spec:
  pool: main
  power: ${power ?? 'on'}
${install ? `  install: { ${install} }\n` : ''}${extra ? `  ${extra}\n` : ''}  bmc: { url: "ipmi://${bmc}:6230" }
  interfaces:
    - { name: eno1, mac: "${mac}", network: mgmt, address: ${address}, boot: true }
`;
}
