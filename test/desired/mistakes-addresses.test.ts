import { describe, expect, it } from 'vitest';
import { head, node, nodes, shown, site } from './mistakes.ts';

describe('addresses, boot interfaces, BMCs', () => {
  it('an address outside', () => {
    expect(shown(nodes(node('n1', 11).replace('10.77.0.11', '10.78.0.11')))).toMatchInlineSnapshot(`
      "[address]
      inventory/nodes.yaml:8:69  error  address 10.78.0.11 is outside network "mgmt" (10.77.0.0/24)
              - { name: eno1, mac: 52:54:00:77:00:11, network: mgmt, address: 10.78.0.11, boot: true }
                                                                              ^
          Write a free address of 10.77.0.0/24."
    `);
  });

  it('the network address', () => {
    expect(shown(nodes(node('n1', 11).replace('10.77.0.11', '10.77.0.0')))).toMatchInlineSnapshot(`
      "[address]
      inventory/nodes.yaml:8:69  error  address 10.77.0.0 is the network address of network "mgmt"
              - { name: eno1, mac: 52:54:00:77:00:11, network: mgmt, address: 10.77.0.0, boot: true }
                                                                              ^
          Write a free address of 10.77.0.0/24."
    `);
  });

  it('the broadcast address', () => {
    expect(shown(nodes(node('n1', 11).replace('10.77.0.11', '10.77.0.255')))).toMatchInlineSnapshot(`
      "[address]
      inventory/nodes.yaml:8:69  error  address 10.77.0.255 is the broadcast address of network "mgmt"
              - { name: eno1, mac: 52:54:00:77:00:11, network: mgmt, address: 10.77.0.255, boot: true }
                                                                              ^
          Write a free address of 10.77.0.0/24."
    `);
  });

  it("the gateway's address", () => {
    expect(shown(nodes(node('n1', 11).replace('10.77.0.11', '10.77.0.1')))).toMatchInlineSnapshot(`
      "[address]
      inventory/nodes.yaml:8:69  error  address 10.77.0.1 is the gateway of network "mgmt"
              - { name: eno1, mac: 52:54:00:77:00:11, network: mgmt, address: 10.77.0.1, boot: true }
                                                                              ^
          Write a free address of 10.77.0.0/24."
    `);
  });

  it('an IPv4 address in an IPv6 network', () => {
    expect(
      shown(
        nodes(
          `${node('n1', 11)}    - { name: e1, mac: 52:54:00:77:01:11, network: data6, address: 10.77.0.99 }\n`,
        ),
      ),
    ).toMatchInlineSnapshot(`
      "[address]
      inventory/nodes.yaml:9:68  error  address 10.77.0.99 is outside network "data6" (fd77:79::/64)
              - { name: e1, mac: 52:54:00:77:01:11, network: data6, address: 10.77.0.99 }
                                                                             ^
          Write a free address of fd77:79::/64."
    `);
  });

  it('a network with host bits', () => {
    expect(
      shown({ 'inventory/more.yaml': `${head('Network', 'far')}spec: { cidr: 10.99.0.7/24 }\n` }),
    ).toMatchInlineSnapshot(`
      "[address]
      inventory/more.yaml:4:15  error  cidr 10.99.0.7/24 has bits set behind its prefix
          spec: { cidr: 10.99.0.7/24 }
                        ^
          Write \`10.99.0.0/24\`."
    `);
  });

  it('a gateway outside', () => {
    expect(
      shown({
        'inventory/more.yaml': `${head('Network', 'far')}spec: { cidr: 10.99.0.0/24, gateway: 10.98.0.1 }\n`,
      }),
    ).toMatchInlineSnapshot(`
      "[address]
      inventory/more.yaml:4:38  error  gateway 10.98.0.1 is outside the network 10.99.0.0/24
          spec: { cidr: 10.99.0.0/24, gateway: 10.98.0.1 }
                                               ^
          Write an address of a router in the network."
    `);
  });

  it('no boot interface', () => {
    expect(shown(nodes(node('n1', 11).replace(', boot: true', '')))).toMatchInlineSnapshot(`
      "[boot-interface]
      inventory/nodes.yaml:7:3  error  node "n1" has no boot interface
            interfaces:
            ^
          Write \`boot: true\` at the interface that the firmware boots from."
    `);
  });

  it('two boot interfaces', () => {
    expect(
      shown(
        nodes(`${node('n1', 11)}    - { name: e1, mac: 52:54:00:77:01:11, network: mgmt, boot: true }\n`),
      ),
    ).toMatchInlineSnapshot(`
      "[boot-interface]
      inventory/nodes.yaml:9:64  error  node "n1" has a second boot interface; the first is at inventory/nodes.yaml:8:87
              - { name: e1, mac: 52:54:00:77:01:11, network: mgmt, boot: true }
                                                                         ^
          Keep \`boot: true\` at one of the two."
    `);
  });

  it('a boot interface on a data network', () => {
    expect(
      shown(nodes(node('n1', 11).replace('network: mgmt, address: 10.77.0.11', 'network: data6'))),
    ).toMatchInlineSnapshot(`
      "[boot-interface]
      inventory/nodes.yaml:8:54  error  the boot interface is on network "data6", whose role is \`data\`
              - { name: eno1, mac: 52:54:00:77:00:11, network: data6, boot: true }
                                                               ^
          Boot from a network of role \`install\`: mgmt."
    `);
  });

  it('a planned kind of BMC', () => {
    expect(shown(nodes(node('n1', 11).replace('ipmi:', 'redfish:')))).toMatchInlineSnapshot(`
      "[bmc]
      inventory/nodes.yaml:6:15  error  redfish:// is not yet supported in this version; use ipmi:// or ipmitool://
            bmc: { url: redfish://127.77.0.11:6230 }
                        ^
          Use IPMI, or write \`power: unmanaged\` and leave the bmc out."
    `);
  });

  it('an unknown kind of BMC', () => {
    expect(shown(nodes(node('n1', 11).replace('ipmi:', 'impi:')))).toMatchInlineSnapshot(`
      "[bmc]
      inventory/nodes.yaml:6:15  error  there is no kind of BMC "impi"; use ipmi:// or ipmitool://
            bmc: { url: impi://127.77.0.11:6230 }
                        ^
          Did you mean \`ipmi://\`?"
    `);
  });

  it('a BMC port that is none', () => {
    expect(shown(nodes(node('n1', 11).replace(':6230', ':70000')))).toMatchInlineSnapshot(`
      "[bmc]
      inventory/nodes.yaml:6:15  error  url "ipmi://127.77.0.11:70000" has no valid host or port
            bmc: { url: ipmi://127.77.0.11:70000 }
                        ^
          Write it like \`ipmi://10.10.1.11\` or \`ipmi://10.10.1.11:623\`."
    `);
  });

  it('power without a BMC', () => {
    expect(shown(nodes(node('n1', 11, '  power: off\n').replace(/ {2}bmc.*\n/, '')))).toMatchInlineSnapshot(`
      "[bmc]
      inventory/nodes.yaml:6:10  error  node "n1" has power \`off\` but no BMC to hold it
            power: off
                   ^
          Add a \`bmc\`, or write \`power: unmanaged\`."
    `);
  });

  it('built-in power without a BMC', () => {
    expect(shown(nodes(node('n1', 11).replace(/ {2}bmc.*\n/, '')))).toMatchInlineSnapshot(`
      "[bmc]
      inventory/nodes.yaml:3:19  error  node "n1" has power \`on\` (from the built-in default) but no BMC to hold it
          metadata: { name: n1 }
                            ^
          Add a \`bmc\`, or write \`power: unmanaged\`."
    `);
  });

  it('a BMC without credentials', () => {
    expect(shown(site('  domain: lab.example.org\n'))).toMatchInlineSnapshot(`
      "[bmc]
      inventory/nodes.yaml:6:3  error  the BMC of node "n1" has no credentials: neither it, nor its pool, nor the site names some
            bmc: { url: ipmi://127.77.0.11:6230 }
            ^
          Add \`credentials: …\` here, or to \`defaults.bmc\` of its pool or of the site."
    `);
  });
});
