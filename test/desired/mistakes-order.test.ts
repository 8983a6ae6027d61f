import { describe, expect, it } from 'vitest';
import { head, node, nodes, one, shown, site } from './mistakes.ts';
import { siteOf, smallFiles } from './site-files.ts';

function windows(lines: string, timezone = 'Africa/Johannesburg') {
  return site(`  timezone: ${timezone}
  credentials:
    bmc-default: { username: admin, password: { file: bmc-default } }
  defaults: { bmc: { credentials: bmc-default } }
  policy:
    windows:
${lines}`);
}

describe('windows', () => {
  it('schedules that are none, with the place and a schedule that is one', () => {
    const lines = `      - { name: a, schedule: "0 25 * * *", duration: 8h, allow: [install] }
      - { name: b, schedule: "0 22 * *", duration: 8h, allow: [install] }
      - { name: c, schedule: "0 0 30 2 *", duration: 8h, deny: [power] }
`;
    expect(shown(windows(lines))).toMatchInlineSnapshot(`
      "[schema, schema, schema]
      inventory/site.yaml:11:30  error  "0 25 * * *" is no schedule: Invalid value for hour: 25
                - { name: a, schedule: "0 25 * * *", duration: 8h, allow: [install] }
                                       ^
          Write minute, hour, day of month, month, day of week: \`0 22 * * 1-5\` is 22:00 from Monday to Friday.
      inventory/site.yaml:12:30  error  schedule must be five fields of cron: minute, hour, day of month, month, day of week, but is "0 22 * *"
                - { name: b, schedule: "0 22 * *", duration: 8h, allow: [install] }
                                       ^
          Correct the value, for example \`schedule: 0 22 * * 1-5\`.
      inventory/site.yaml:13:30  error  "0 0 30 2 *" is no schedule: it never comes
                - { name: c, schedule: "0 0 30 2 *", duration: 8h, deny: [power] }
                                       ^
          Write minute, hour, day of month, month, day of week: \`0 22 * * 1-5\` is 22:00 from Monday to Friday."
    `);
  });

  it('a name twice, both or none of allow and deny, an effect and a pool that do not exist', () => {
    const lines = `      - { name: a, schedule: "0 2 * * *", duration: 8h, allow: [install], deny: [power] }
      - { name: a, schedule: "0 2 * * *", duration: 8h }
      - { name: b, schedule: "0 2 * * *", duration: 8h, allow: [instal], pools: [sop] }
`;
    expect(shown(windows(lines))).toMatchInlineSnapshot(`
      "[schema, duplicate, schema, schema, dangling]
      inventory/site.yaml:11:75  error  window "a" both allows and denies
                - { name: a, schedule: "0 2 * * *", duration: 8h, allow: [install], deny: [power] }
                                                                                    ^
          Write two windows, one with \`allow\` and one with \`deny\`.
      inventory/site.yaml:12:17  error  window "a" is written twice; the other one is at inventory/site.yaml:11:17
                - { name: a, schedule: "0 2 * * *", duration: 8h }
                          ^
          Rename or delete one of the two.
      inventory/site.yaml:12:17  error  window "a" neither allows nor denies anything
                - { name: a, schedule: "0 2 * * *", duration: 8h }
                          ^
          Add \`allow: [install]\`, or \`deny: [install]\`.
      inventory/site.yaml:13:65  error  allow[0] must be \`install\`, \`power\` or \`configure\`, but is "instal"
                - { name: b, schedule: "0 2 * * *", duration: 8h, allow: [instal], pools: [sop] }
                                                                          ^
          Did you mean \`install\`?
      inventory/site.yaml:13:82  error  there is no pool "sop"
                - { name: b, schedule: "0 2 * * *", duration: 8h, allow: [instal], pools: [sop] }
                                                                                           ^
          Did you mean \`sip\`?"
    `);
  });

  it('a site without a zone that there is says so once', () => {
    const line = '      - { name: a, schedule: "0 2 * * *", duration: 8h, allow: [install] }\n';
    expect(shown(windows(line, 'Africa/Cape_Town'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/site.yaml:5:13  error  there is no time zone "Africa/Cape_Town"
            timezone: Africa/Cape_Town
                      ^
          Did you mean \`Africa/Freetown\`?"
    `);
  });

  it('are taken in with the zone of the site, and a pool says how it is rolled out', () => {
    const line =
      '      - { name: nights, schedule: "0 22 * * 1-5", duration: 8h, allow: [install], pools: [sip] }\n';
    const rollout = '    rollout: { haltAfter: 2 }\n    approvalExpiry: 3d\n';
    const pool = `${head('Pool', 'sip')}spec:
  defaults: { install: { profile: base } }
  policy: { rollout: { canary: 1 } }
---
${head('Pool', 'sto')}spec: {}
`;
    const found = siteOf(smallFiles({ ...windows(line + rollout), 'inventory/pools.yaml': pool }));
    expect(found.policy).toMatchObject({
      approvalExpiry: 259_200_000,
      windows: [
        {
          ...{ name: 'nights', kind: 'allow', effects: ['install'], pools: ['sip'] },
          ...{ schedule: '0 22 * * 1-5', timezone: 'Africa/Johannesburg', duration: 28_800_000 },
        },
      ],
    });
    expect([...found.pools.values()].map(({ rollout }) => rollout)).toEqual([
      { canary: 1, haltAfter: null },
      { canary: 0, haltAfter: 2 },
    ]);
  });
});

/** Three nodes, the pools `sip` (n1) and `sto` (n2, n3), with these lists. */
function order(lists: Partial<Record<'n1' | 'n2' | 'n3' | 'sip' | 'sto', string>>) {
  const depends = (name: keyof typeof lists) => (lists[name] ? `  dependsOn: ${lists[name]}\n` : '');
  const pool = (name: 'sip' | 'sto') =>
    `${head('Pool', name)}spec:\n  defaults: { install: { profile: base } }\n${depends(name)}`;
  const inSto = (text: string) => text.replace('pool: sip', 'pool: sto');
  return {
    ...nodes(
      [
        node('n1', 11, depends('n1')),
        inSto(node('n2', 12, depends('n2'))),
        inSto(node('n3', 13, depends('n3'))),
      ].join('---\n'),
    ),
    'inventory/pools.yaml': `${pool('sip')}---\n${pool('sto')}`,
  };
}

describe('dependsOn', () => {
  it('takes the lists of a node and of its pool together', () => {
    const found = siteOf(smallFiles(order({ n1: '[node/n3]', sip: '[pool/sto, node/n3]' })));
    expect(found.nodes.get('n1')?.dependsOn).toEqual([
      { kind: 'node', name: 'n3' },
      { kind: 'pool', name: 'sto' },
    ]);
    expect(found.nodes.get('n2')?.dependsOn).toEqual([]);
  });

  it('names that nothing carries, and what has no kind', () => {
    expect(shown(one('  dependsOn: [node/n2, pool/sop, image/app, sto]\n'))).toMatchInlineSnapshot(`
      "[dangling, dangling, dangling, schema]
      inventory/nodes.yaml:6:15  error  there is no node "n2"
            dependsOn: [node/n2, pool/sop, image/app, sto]
                        ^
          Did you mean \`n1\`?
      inventory/nodes.yaml:6:24  error  there is no pool "sop"
            dependsOn: [node/n2, pool/sop, image/app, sto]
                                 ^
          Did you mean \`sip\`?
      inventory/nodes.yaml:6:34  error  there is no image "app"
            dependsOn: [node/n2, pool/sop, image/app, sto]
                                           ^
          Add a document of kind Image.
      inventory/nodes.yaml:6:45  error  dependsOn[3] must be \`node/NAME\`, \`pool/NAME\` or \`image/NAME\`, but is "sto"
            dependsOn: [node/n2, pool/sop, image/app, sto]
                                                      ^
          Correct the value, for example \`pool/sto\`."
    `);
  });

  it.each([
    ['a node on itself', { n1: '[node/n1]' }, 'node/n1 → node/n1'],
    ['a node on its pool', { n2: '[pool/sto]' }, 'node/n2 → pool/sto → node/n2'],
    ['a pool on itself', { sto: '[pool/sto]' }, 'node/n2 → pool/sto → node/n2'],
    ['two pools', { sip: '[pool/sto]', n3: '[node/n1]' }, 'node/n1 → pool/sto → node/n3 → node/n1'],
    [
      'a node in a row',
      { n1: '[node/n2]', n2: '[node/n3]', n3: '[node/n1]' },
      'node/n1 → node/n2 → node/n3 → node/n1',
    ],
  ] as const)('a circle: %s', (_what, lists, circle) => {
    const text = shown(order(lists));
    expect(text.match(/this waits for itself: .*/g)).toEqual([`this waits for itself: ${circle}`]);
  });

  it('shows where a circle can be cut', () => {
    expect(shown(order({ sip: '[pool/sto]', n3: '[node/n1]' }))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:24:15  error  this waits for itself: node/n1 → pool/sto → node/n3 → node/n1
            dependsOn: [node/n1]
                        ^
          Take one of these dependencies out; an arrow from a pool leads to its nodes."
    `);
  });
});
