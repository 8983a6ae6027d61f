import { describe, expect, it } from 'vitest';
import { head, node, nodes, one, profile, shown, site, stack } from './mistakes.ts';

describe('fields and values', () => {
  it('a list for a document', () => {
    expect(shown(nodes(`${node('n1', 11)}---\n- 1\n`))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:10:1  error  the document must be a mapping of fields, but is a list
          - 1
          ^
          Begin it with \`apiVersion\`, \`kind\`, \`metadata\` and \`spec\`."
    `);
  });

  it('a word for a number', () => {
    expect(shown(one('  install: { generation: two }\n'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:6:26  error  generation must be a whole number of at least 1, but is "two"
            install: { generation: two }
                                   ^
          Correct the value, for example \`generation: 1\`."
    `);
  });

  it('a number out of range', () => {
    expect(shown(one('  install: { generation: 0 }\n'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:6:26  error  generation must be a whole number of at least 1, but is 0
            install: { generation: 0 }
                                   ^
          Correct the value, for example \`generation: 1\`."
    `);
  });

  it('a number for a name', () => {
    expect(shown(nodes(node('123', 11)))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:3:19  error  name must be a name of lower-case letters, digits and inner hyphens (at most 63; not only digits, \`ignore\`, \`infinite\`, \`localhost\`, nor like a lease time such as \`5m\`), but is 123
          metadata: { name: 123 }
                            ^
          Correct the value, for example \`name: sip-n01\`."
    `);
  });

  it('a name that dnsmasq reads otherwise', () => {
    expect(shown(nodes(node('5m', 11)))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:3:19  error  name must be a name of lower-case letters, digits and inner hyphens (at most 63; not only digits, \`ignore\`, \`infinite\`, \`localhost\`, nor like a lease time such as \`5m\`), but is "5m"
          metadata: { name: 5m }
                            ^
          Correct the value, for example \`name: sip-n01\`."
    `);
  });

  it('a wrong choice', () => {
    expect(shown(one('  power: onn\n'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:6:10  error  power must be \`on\`, \`off\` or \`unmanaged\`, but is "onn"
            power: onn
                   ^
          Did you mean \`on\`?"
    `);
  });

  it('a missing field', () => {
    expect(shown(nodes(node('n1', 11).replace(/ {2}pool.*\n/, '')))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:4:1  error  spec lacks the field \`pool\`
          spec:
          ^
          Add \`pool\`, for example \`pool: sip\`."
    `);
  });

  it('a MAC in another spelling', () => {
    expect(
      shown(nodes(node('n1', 11).replace('52:54:00:77:00:11', '52-54-00-77-00-AF'))),
    ).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:8:26  error  mac must be a MAC address in lower case with colons, neither multicast nor all zero (of InfiniBand, all 20 bytes), but is "52-54-00-77-00-AF"
              - { name: eno1, mac: 52-54-00-77-00-AF, network: mgmt, address: 10.77.0.11, boot: true }
                                   ^
          Write \`52:54:00:77:00:af\`."
    `);
  });

  it('a multicast MAC', () => {
    expect(shown(nodes(node('n1', 11).replace('52:54', '53:54')))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:8:26  error  mac must be a MAC address in lower case with colons, neither multicast nor all zero (of InfiniBand, all 20 bytes), but is "53:54:00:77:00:11"
              - { name: eno1, mac: 53:54:00:77:00:11, network: mgmt, address: 10.77.0.11, boot: true }
                                   ^
          Correct the value, for example \`mac: 52:54:00:77:00:11\`."
    `);
  });

  it('text over two lines', () => {
    expect(shown(one('  protected:\n    reason: |\n      one\n      two\n'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:7:13  error  the text has a line break
              reason: |
                      ^
          Write it on one line, or with \`>-\`."
    `);
  });

  it('a date that is none', () => {
    expect(shown(one('  paused: { reason: x, until: 2026-02-30T00:00:00Z }\n'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:6:31  error  until must be a date and time with its zone, but is "2026-02-30T00:00:00Z"
            paused: { reason: x, until: 2026-02-30T00:00:00Z }
                                        ^
          Correct the value, for example \`until: 2026-12-01T00:00:00Z\`."
    `);
  });

  it('a word for a mapping', () => {
    expect(shown(one('  install: docker\n'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:6:12  error  install must be a mapping of fields, but is "docker"
            install: docker
                     ^
          Correct the value, for example \`install: { profile: docker, generation: 1 }\`."
    `);
  });

  it('an empty value', () => {
    expect(shown(one('  install:\n'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:6:11  error  install must be a mapping of fields, but is empty
            install:
                    ^
          Correct the value, for example \`install: { profile: docker, generation: 1 }\`."
    `);
  });

  it('a label that is none', () => {
    expect(
      shown(nodes(node('n1', 11).replace('name: n1', 'name: n1, labels: { "a b": x }'))),
    ).toMatchInlineSnapshot(`
      "[schema]
      inventory/nodes.yaml:3:33  error  the name "a b" in labels must be a label name of letters, digits and inner \`.\`, \`_\`, \`/\`, \`-\` (at most 63)
          metadata: { name: n1, labels: { "a b": x } }
                                          ^
          Rename it."
    `);
  });

  it('a time that is none', () => {
    expect(shown(site('  policy: { sweepInterval: 60 }\n  credentials: {}\n'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/site.yaml:5:28  error  sweepInterval must be a length of time: a whole number and a unit (\`ms\`, \`s\`, \`m\`, \`h\`, \`d\`), more than 0 and at most 24d, but is 60
            policy: { sweepInterval: 60 }
                                     ^
          Correct the value, for example \`sweepInterval: 30s\`."
    `);
  });

  it('an unknown time zone', () => {
    expect(
      shown(
        site(
          '  timezone: Africa/Johanesburg\n  credentials: { bmc-default: { username: admin, password: { file: x } } }\n  defaults: { bmc: { credentials: bmc-default } }\n',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "[schema]
      inventory/site.yaml:5:13  error  there is no time zone "Africa/Johanesburg"
            timezone: Africa/Johanesburg
                      ^
          Did you mean \`Africa/Johannesburg\`?"
    `);
  });

  it('a mistyped field', () => {
    expect(shown(one('  pwoer: on\n'))).toMatchInlineSnapshot(`
      "[unknown-field]
      inventory/nodes.yaml:6:3  error  spec has no field "pwoer"
            pwoer: on
            ^
          Did you mean \`power\`?"
    `);
  });

  it('a field from elsewhere', () => {
    expect(shown(one('  hostname: n1\n'))).toMatchInlineSnapshot(`
      "[unknown-field]
      inventory/nodes.yaml:6:3  error  spec has no field "hostname"
            hostname: n1
            ^
          Known here: \`pool\`, \`power\`, \`firmware\`, \`bootLoader\`, \`install\`, \`protected\`, \`paused\`, \`bmc\`, \`interfaces\`, \`bonds\`, \`dependsOn\`, \`vlans\`."
    `);
  });

  it('a merge key', () => {
    expect(shown(one('  <<: { power: on }\n'))).toMatchInlineSnapshot(`
      "[unknown-field]
      inventory/nodes.yaml:6:3  error  spec has no field "<<"
            <<: { power: on }
            ^
          Merge keys are not part of YAML 1.2; write the fields out, or use the defaults of the pool or the site."
    `);
  });

  it('an unknown stack parameter', () => {
    expect(shown(profile('    - { name: base, parameters: { mtod: hi } }\n'))).toMatchInlineSnapshot(`
      "[unknown-field]
      profiles/base.yaml:7:35  error  stack "base": parameters has no field "mtod"
              - { name: base, parameters: { mtod: hi } }
                                            ^
          Did you mean \`motd\`?"
    `);
  });

  it('an image that is neither built nor mirrored, and one that is both', () => {
    const image = (spec: string) => ({
      'inventory/redis.yaml': `${head('Image', 'redis')}spec: { tags: ["7"]${spec} }\n`,
    });
    expect(shown(image(''))).toMatchInlineSnapshot(`
      "[schema]
      inventory/redis.yaml:4:7  error  spec must have either \`build\` or \`mirror\`
          spec: { tags: ["7"] }
                ^
          Compare it with docs/site-format.md."
    `);
    expect(shown(image(', build: { context: a }, mirror: { from: a/b }'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/redis.yaml:4:7  error  spec must have either \`build\` or \`mirror\`
          spec: { tags: ["7"], build: { context: a }, mirror: { from: a/b } }
                ^
          Compare it with docs/site-format.md."
    `);
  });

  it('a reference to a secret that says two things, and one that leads out of its directory', () => {
    const account = (password: string) =>
      site(`  credentials: { bmc-default: { username: admin, password: ${password} } }\n`);
    expect(shown(account('{ file: a, env: B }'))).toMatchInlineSnapshot(`
      "[bmc, schema]
      inventory/nodes.yaml:6:3  error  the BMC of node "n1" has no credentials: neither it, nor its pool, nor the site names some
            bmc: { url: ipmi://127.77.0.11:6230 }
            ^
          Add \`credentials: …\` here, or to \`defaults.bmc\` of its pool or of the site.
      inventory/site.yaml:5:60  error  password must be a reference to a secret: \`{ file: … }\`, \`{ env: … }\` or \`{ sops: …, key: … }\`
            credentials: { bmc-default: { username: admin, password: { file: a, env: B } } }
                                                                     ^
          Correct the value, for example \`password: { file: bmc-default }\`."
    `);
    expect(shown(account('{ file: ../../etc/shadow }'))).toMatchInlineSnapshot(`
      "[bmc, schema]
      inventory/nodes.yaml:6:3  error  the BMC of node "n1" has no credentials: neither it, nor its pool, nor the site names some
            bmc: { url: ipmi://127.77.0.11:6230 }
            ^
          Add \`credentials: …\` here, or to \`defaults.bmc\` of its pool or of the site.
      inventory/site.yaml:5:68  error  file must be a path of letters, digits and \`. _ @ + -\`, without \`..\`, but is "../../etc/shadow"
            credentials: { bmc-default: { username: admin, password: { file: ../../etc/shadow } } }
                                                                             ^
          Correct the value, for example \`file: bmc-default\`."
    `);
  });

  it('a stack whose parameters are no schema', () => {
    const parameters =
      '  parameters: { type: object, additionalProperties: true, properties: { Size: { type: text } } }\n';
    expect(shown(stack('top', parameters))).toMatchInlineSnapshot(`
      "[schema, schema, schema]
      profiles/stacks/top/stack.yaml:5:53  error  additionalProperties must be \`false\`, but is true
            parameters: { type: object, additionalProperties: true, properties: { Size: { type: text } } }
                                                              ^
          Write \`false\`.
      profiles/stacks/top/stack.yaml:5:73  error  the name "Size" in properties must be a parameter name of lower-case letters, digits and \`_\` (the script reads it as $BW_<NAME>)
            parameters: { type: object, additionalProperties: true, properties: { Size: { type: text } } }
                                                                                  ^
          Rename it.
      profiles/stacks/top/stack.yaml:5:87  error  type must be \`string\`, \`integer\`, \`number\`, \`boolean\` or \`array\`, but is "text"
            parameters: { type: object, additionalProperties: true, properties: { Size: { type: text } } }
                                                                                                ^
          Correct the value, for example \`type: string\`."
    `);
  });
});
