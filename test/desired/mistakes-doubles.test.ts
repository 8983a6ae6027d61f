import { describe, expect, it } from 'vitest';
import { head, node, nodes, one, shown } from './mistakes.ts';

describe('what must be there once', () => {
  it('a key twice', () => {
    expect(shown(one('  pool: sip\n'))).toMatchInlineSnapshot(`
      "[duplicate]
      inventory/nodes.yaml:6:3  error  "pool" is written twice in the same mapping
            pool: sip
            ^
          Keep one of the two."
    `);
  });

  it('a name twice', () => {
    expect(shown(nodes(`${node('n1', 11)}---\n${node('n1', 12)}`))).toMatchInlineSnapshot(`
      "[duplicate]
      inventory/nodes.yaml:12:19  error  Node "n1" is written twice; the other one is at inventory/nodes.yaml:3:19
          metadata: { name: n1 }
                            ^
          Rename or delete one of the two."
    `);
  });

  it('a MAC twice', () => {
    expect(
      shown(nodes(`${node('n1', 11)}---\n${node('n2', 12).replace('00:12', '00:11')}`)),
    ).toMatchInlineSnapshot(`
      "[duplicate]
      inventory/nodes.yaml:17:26  error  the MAC address 52:54:00:77:00:11 already belongs to node "n1" at inventory/nodes.yaml:8:26
              - { name: eno1, mac: 52:54:00:77:00:11, network: mgmt, address: 10.77.0.12, boot: true }
                                   ^
          Correct one of the two places."
    `);
  });

  it('an address twice', () => {
    expect(
      shown(nodes(`${node('n1', 11)}---\n${node('n2', 12).replace('10.77.0.12', '10.77.0.11')}`)),
    ).toMatchInlineSnapshot(`
      "[duplicate]
      inventory/nodes.yaml:17:69  error  the IP address 10.77.0.11 already belongs to node "n1" at inventory/nodes.yaml:8:69
              - { name: eno1, mac: 52:54:00:77:00:12, network: mgmt, address: 10.77.0.11, boot: true }
                                                                              ^
          Correct one of the two places."
    `);
  });

  it('an IPv6 address twice, in two spellings', () => {
    expect(
      shown(
        nodes(
          `${node('n1', 11)}    - { name: e1, mac: 52:54:00:77:01:11, network: data6, address: "fd77:79::a" }\n---\n${node('n2', 12)}    - { name: e1, mac: 52:54:00:77:01:12, network: data6, address: "FD77:79:0::000A" }\n`,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "[duplicate]
      inventory/nodes.yaml:19:68  error  the IP address fd77:79::a already belongs to node "n1" at inventory/nodes.yaml:9:68
              - { name: e1, mac: 52:54:00:77:01:12, network: data6, address: "FD77:79:0::000A" }
                                                                             ^
          Correct one of the two places."
    `);
  });

  it('a BMC twice', () => {
    expect(
      shown(nodes(`${node('n1', 11)}---\n${node('n2', 12).replace('127.77.0.12', '127.77.0.11')}`)),
    ).toMatchInlineSnapshot(`
      "[duplicate]
      inventory/nodes.yaml:15:15  error  the BMC at 127.77.0.11 port 6230 already belongs to node "n1" at inventory/nodes.yaml:6:15
            bmc: { url: ipmi://127.77.0.11:6230 }
                        ^
          Correct one of the two places."
    `);
  });

  it('an interface twice', () => {
    expect(
      shown(nodes(`${node('n1', 11)}    - { name: eno1, mac: 52:54:00:77:01:11, network: data6 }\n`)),
    ).toMatchInlineSnapshot(`
      "[duplicate]
      inventory/nodes.yaml:9:15  error  interface "eno1" is written twice; the other one is at inventory/nodes.yaml:8:15
              - { name: eno1, mac: 52:54:00:77:01:11, network: data6 }
                        ^
          Rename or delete one of the two."
    `);
  });

  it('a package twice', () => {
    expect(
      shown({
        'profiles/base.yaml': `${head('Profile', 'base')}spec: { os: { family: debian, release: bookworm }, packages: [curl, vim, curl] }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "[duplicate]
      profiles/base.yaml:4:74  error  packages[2] repeats packages[0]
          spec: { os: { family: debian, release: bookworm }, packages: [curl, vim, curl] }
                                                                                   ^
          Keep one of the two."
    `);
  });

  it('a second site', () => {
    expect(shown({ 'inventory/zz.yaml': `${head('Site', 'other')}spec: {}\n` })).toMatchInlineSnapshot(`
      "[duplicate]
      inventory/zz.yaml:3:19  error  a site has one document of kind Site; "lab" is one already
          metadata: { name: other }
                            ^
          Keep one of the two."
    `);
  });
});
