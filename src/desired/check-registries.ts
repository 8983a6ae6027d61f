/** The registries that images come from and go to. */

import type { RegistrySpec } from '../model/registry-spec.ts';
import type { Gathered, Placed } from './gather.ts';
import { nearest } from './nearest.ts';
import type { Report } from './report.ts';

export function checkRegistries(gathered: Gathered, report: Report): void {
  for (const site of gathered.sound.Site.values()) {
    const all = Object.entries(site.spec.registries ?? {});
    checkHosts(site, all, report);
    const first = all.find(([, registry]) => registry.own)?.[0];
    for (const [name, registry] of all) {
      checkLogin(site, name, registry, report);
      if (registry.own && first !== name) {
        const message = `registries ${first} and ${name} are both the site's own`;
        const hint = 'Write `own: true` at one of them.';
        report.at(site, ['spec', 'registries', name, 'own'], { code: 'schema', message, hint });
      }
      if (registry.own && registry.transport === 'skopeo') {
        const message = `registry ${name} is the site's own, which skopeo does not keep`;
        const hint = 'Take `transport` out here; it is for registries that images come from.';
        report.at(site, ['spec', 'registries', name, 'transport'], { code: 'schema', message, hint });
      }
      checkServe(site, name, registry, report);
      checkRevoked(site, name, registry, gathered, report);
    }
  }
}

function checkHosts(site: Placed<'Site'>, all: [string, RegistrySpec][], report: Report): void {
  const hosts = new Map<string, string>();
  for (const [name, { endpoint }] of all) {
    const { host } = new URL(endpoint);
    const other = hosts.get(host) ?? name;
    hosts.set(host, other);
    if (other === name) continue;
    const message = `registries ${other} and ${name} are the same, ${host}`;
    const path = ['spec', 'registries', name, 'endpoint'];
    report.at(site, path, { code: 'duplicate', message, hint: 'Keep one of the two.' });
  }
}

function checkLogin(
  site: Placed<'Site'>,
  name: string,
  { endpoint, username }: RegistrySpec,
  report: Report,
): void {
  if (new URL(endpoint).protocol !== 'http:' || username === undefined) return;
  const message = `registry ${name} would be sent its password without encryption`;
  const hint = 'Write `https://`, or leave `username` and `password` out.';
  report.at(site, ['spec', 'registries', name, 'endpoint'], { code: 'secret', message, hint });
}

/** The daemon makes what is not given, and speaks to nobody without TLS. */
function checkServe(
  site: Placed<'Site'>,
  name: string,
  { endpoint, own, ca, username, serve }: RegistrySpec,
  report: Report,
): void {
  if (!serve) return;
  const say = (field: string, message: string, hint: string) =>
    report.at(site, ['spec', 'registries', name, field], { code: 'schema', message, hint });
  const { protocol, port: written } = new URL(endpoint);
  const port = Number(written || 443);
  if (!own) {
    say(
      'serve',
      `registry ${name} is not the site's own, so the daemon does not run it`,
      'Write `own: true`.',
    );
  }
  if (protocol !== 'https:') say('endpoint', 'a registry that the daemon runs has TLS', 'Write `https://`.');
  if (username !== undefined) {
    const hint = 'Leave `username` and `password` out.';
    say('username', 'the daemon makes its own account of a registry that it runs', hint);
  }
  if (ca !== undefined && serve.certificate === undefined) {
    const hint = 'Leave `ca` out, or write `serve.certificate` and `serve.key` too.';
    say('ca', 'the daemon makes its own authority for a registry that it runs', hint);
  }
  if (ca === undefined && serve.certificate !== undefined) {
    say('serve', 'who vouches for serve.certificate is not said', 'Write `ca` beside `serve`.');
  }
  if ((serve.certificate === undefined) !== (serve.key === undefined)) {
    say(
      'serve',
      'a certificate and its key come together',
      'Write both `certificate` and `key`, or neither.',
    );
  }
  if (port === 65_535 && serve.tokenPort === undefined) {
    say('endpoint', 'there is no port after 65535 for the token endpoint', 'Write `serve.tokenPort`.');
  }
  if (serve.tokenPort === port) {
    say('serve', `tokenPort ${port} is the port of the registry itself`, 'Write another one.');
  }
}

/** A name that nobody has would revoke nobody. */
function checkRevoked(
  site: Placed<'Site'>,
  name: string,
  { serve }: RegistrySpec,
  gathered: Gathered,
  report: Report,
): void {
  for (const [index, node] of (serve?.revoked ?? []).entries()) {
    if (gathered.mayExist('Node', node)) continue;
    const guess = nearest(node, gathered.names('Node'));
    const hint = guess ? `Did you mean \`${guess}\`?` : 'A node without a document may not pull anyway.';
    const message = `there is no node ${JSON.stringify(node)}`;
    report.at(site, ['spec', 'registries', name, 'serve', 'revoked', index], {
      code: 'dangling',
      message,
      hint,
    });
  }
}
