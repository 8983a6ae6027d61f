import { describe, expect, it } from 'vitest';
import { head, shown, site } from './mistakes.ts';
import { siteOf, smallFiles } from './site-files.ts';

const CREDENTIALS = '  credentials: { bmc-default: { username: admin, password: { file: bmc-default } } }\n';
const DEFAULTS = '  defaults: { bmc: { credentials: bmc-default } }\n';
const dnsmasq = (fields: string) => site(`${CREDENTIALS}${DEFAULTS}  services: { dnsmasq: { ${fields} } }\n`);
const network = (fields: string) => ({
  'inventory/networks.yaml': `${head('Network', 'mgmt')}spec: { cidr: 10.77.0.0/24, role: install, ${fields} }\n`,
});

describe('services.dnsmasq', () => {
  it('has its defaults applied', () => {
    const { services } = siteOf(
      smallFiles(
        dnsmasq('mode: managed, interfaces: [eno2, br0], directory: /x, ipxe: { advertise: "FD77:0::/64" }'),
      ),
    );
    expect(services.dnsmasq).toEqual({
      mode: 'managed',
      interfaces: ['br0', 'eno2'],
      directory: null,
      reload: [],
      proxy: false,
      dns: true,
      ipxe: { accelerate: true, advertise: 'fd77::/64' },
    });
  });

  it('does not skip the wait for a proxy-DHCP server where it is one', () => {
    const { services } = siteOf(smallFiles(dnsmasq('proxy: true, ipxe: { accelerate: true }')));
    expect(services.dnsmasq.ipxe.accelerate).toBe(false);
  });

  it('managed without interfaces', () => {
    expect(shown(dnsmasq('mode: managed'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/site.yaml:7:24  error  a managed dnsmasq must not answer on every interface
            services: { dnsmasq: { mode: managed } }
                                 ^
          Name the interfaces of this machine on the install networks: \`interfaces: [eno2]\`."
    `);
  });

  it('files without a directory', () => {
    expect(shown(dnsmasq('mode: files'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/site.yaml:7:24  error  mode files has no directory
            services: { dnsmasq: { mode: files } }
                                 ^
          Write the directory that the site's own dnsmasq reads: \`directory: /srv/dnsmasq\`."
    `);
  });

  it('text that could add a line or an option', () => {
    expect(
      shown(dnsmasq('interfaces: ["br0\\ndhcp-script=/x"], directory: "/srv/../etc", reload: ["a b"]')),
    ).toMatchInlineSnapshot(`
      "[schema, schema, schema]
      inventory/site.yaml:7:39  error  the text has a line break
            services: { dnsmasq: { interfaces: ["br0\\ndhcp-script=/x"], directory: "/srv/../etc", reload: ["a b"] } }
                                                ^
          Write it on one line, or with \`>-\`.
      inventory/site.yaml:7:74  error  directory must be an absolute path of letters, digits and \`. _ @ + -\`, without \`..\`, but is "/srv/../etc"
            services: { dnsmasq: { interfaces: ["br0\\ndhcp-script=/x"], directory: "/srv/../etc", reload: ["a b"] } }
                                                                                   ^
          Correct the value, for example \`directory: /srv/dnsmasq/barewright\`.
      inventory/site.yaml:7:98  error  reload[0] must be a word of printable characters without spaces, but is "a b"
            services: { dnsmasq: { interfaces: ["br0\\ndhcp-script=/x"], directory: "/srv/../etc", reload: ["a b"] } }
                                                                                                           ^
          Correct the value, for example \`systemctl\`."
    `);
  });

  it('a prefix that cannot be advertised', () => {
    expect(shown(dnsmasq('ipxe: { advertise: 10.0.0.0/8 }'))).toMatchInlineSnapshot(`
      "[address]
      inventory/site.yaml:7:45  error  advertise 10.0.0.0/8 is not an IPv6 /64
            services: { dnsmasq: { ipxe: { advertise: 10.0.0.0/8 } } }
                                                      ^
          Write a /64 that the interfaces have an address in, like \`fd77::/64\`."
    `);
  });

  it('a lease time that dnsmasq would not keep', () => {
    expect(shown(network('leaseTime: 90s'))).toMatchInlineSnapshot(`
      "[schema]
      inventory/networks.yaml:4:55  error  leaseTime 90s is under 2 minutes, the shortest that dnsmasq gives
          spec: { cidr: 10.77.0.0/24, role: install, leaseTime: 90s }
                                                                ^
          Write \`2m\` or more."
    `);
  });

  it('an IPv6 network that DHCP cannot serve', () => {
    const wide = {
      'inventory/wide.yaml': `${head('Network', 'wide')}spec: { cidr: "fd78::/48", dhcp: true }\n`,
    };
    expect(shown(wide)).toBe('[]\n');
    const managed = dnsmasq('mode: managed, interfaces: [br0]');
    expect(shown({ ...wide, ...managed })).toMatchInlineSnapshot(`
      "[address]
      inventory/wide.yaml:4:15  error  cidr fd78::/48 is no /64, as DHCP for IPv6 needs
          spec: { cidr: "fd78::/48", dhcp: true }
                        ^
          Write a /64, or \`dhcp: false\`."
    `);
  });

  it('what DHCP is told of a network', () => {
    const { networks } = siteOf(
      smallFiles({
        ...network('domain: m.example.org, leaseTime: 10m, relayed: true'),
      }),
    );
    expect(networks.get('mgmt')).toMatchObject({
      domain: 'm.example.org',
      leaseTime: 600_000,
      relayed: true,
    });
  });
});
