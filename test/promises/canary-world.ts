/** A whole daemon in a process of its own, told a different secret wherever it takes one; and all that it says of them to anybody. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startRack } from '../../src/lab/rack.ts';
import type { Event } from '../../src/model/event.ts';
import { aFreePort } from '../builders/free-port.ts';
import { readJournal } from '../builders/journal-file.ts';
import { aRedis, KEEPS_ALL } from '../builders/redis.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aReceiver, type Receiver } from '../channels/a-receiver.ts';
import { MAIN } from '../cli/spawn-cli.ts';
import { aCertificate } from '../registry/a-certificate.ts';
import { anAgeKey, anSopsFile } from '../sops/an-sops-file.ts';
import { aTeamForge } from './a-forge.ts';
import { spyOnPrograms, watchDescendants } from './argv-spy.ts';
import { aRepository, GIT_ENV } from './repository.ts';
import { freshNodes, untilTrue } from './scene.ts';

/** No two alike, each with characters that JSON, URLs, forms and HTML write in other ways. */
const canary = (name: string, n: number) => `cnry${n}+/"&${name}`;
const NAMES = [
  ...['bmc', 'sops', 'env', 'registry', 'own', 'forge', 'webhook', 'slack', 'matrix', 'teams', 'hook'],
  ...['alertmanager', 'mail', 'plain', 'traces', 'access', 'oidc', 'stranger', 'git', 'store'],
] as const;
type Name = (typeof NAMES)[number];
/** Of the journal, which is in Redis. */
const COPY = 'redis-copy.db';
const HASH = '$6$cnrysalt$Cnry/ofTheHash.OfAUser0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX';

export type CanaryWorld = Awaited<ReturnType<typeof aCanaryWorld>>;

export async function aCanaryWorld() {
  const dir = aTempDir();
  const at = (...names: string[]) => join(dir, ...names);
  const secret = Object.fromEntries(NAMES.map((name, n) => [name, canary(name, n)])) as Record<Name, string>;
  // Twenty characters at most, by IPMI.
  for (const name of ['bmc', 'sops', 'env'] as const) secret[name] = secret[name].slice(0, 16);
  const age = anAgeKey();
  const secrets = new Map<string, string>([...Object.entries(secret), ['age', age.secret], ['hash', HASH]]);

  const [receiver, registry, forge] = await Promise.all([
    aReceiver(),
    anEchoingRegistry(at()),
    aTeamForge({ httpToken: secret.git }),
  ]);
  onTestFinished(receiver.close);
  // At first everybody who is told something repeats what came in confidence.
  receiver.answer = 'echo';
  forge.server.store.accounts.set(secret.forge, 'barewright');
  const hookPort = await aFreePort();
  mkdirSync(at('secrets'));
  const files: Record<string, string> = {
    ...secret,
    ca: registry.ca,
    slack: `${receiver.url}/slack/${encodeURIComponent(secret.slack)}`,
    teams: `${receiver.url}/teams?sig=${encodeURIComponent(secret.teams)}`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(at('secrets', name), `${text}\n`);
  writeFileSync(at('age.txt'), `${age.secret}\n`);

  const nodes = freshNodes(3).map((node, n) => ({
    ...node,
    // The first is as declared; what opens the others is not what their BMCs take.
    extra: '',
    credentials: ['first', 'second', 'third'][n],
  }));
  const up = `https://127.0.0.1:${registry.port}`;
  const site = await aRepository(at('site'), {
    nodes,
    timeouts: '{ install: 60s, configure: 60s }',
    policy: { deadlines: '{ arming: 60s, booting: 60s, restarting: 60s }', imageInterval: '1s', attempts: 1 },
    registries: `{ own: { endpoint: "${up}", own: true, ca: { file: ca }, username: u, password: { file: own } }, up: { endpoint: "https://localhost:${registry.port}", ca: { file: ca }, username: u, password: { file: registry } } }`,
    review: `{ forge: { kind: gitea, url: "${forge.server.url}", repository: karoo/site, token: { file: forge } }, webhooks: { listen: "127.0.0.1:${hookPort}", secret: { file: webhook } } }`,
    notifications: notificationsTo(receiver),
    images: `apiVersion: barewright.dev/v1\nkind: Image\nmetadata: { name: redis }\nspec: { mirror: { from: localhost:${registry.port}/library/redis }, tags: ["7"] }\n`,
  });
  site.writeIn('secrets/bmc.yaml', anSopsFile({ second: secret.sops }, [age.recipient]));
  edit('inventory/site.yaml', (text) =>
    text.replace(
      '  credentials:\n',
      `  access: { tokens: [{ name: thandi, role: admin, hash: "sha256:${createHash('sha256').update(secret.access).digest('hex')}" }],
    oidc: { issuer: "${receiver.url}", clientId: barewright, clientSecret: { file: oidc }, roles: [{ value: ops, role: admin }] } }
  credentials:
    first: { username: admin, password: { file: bmc } }
    second: { username: admin, password: { sops: secrets/bmc.yaml, key: second } }
    third: { username: admin, password: { env: BMC_OF_THE_THIRD } }
`,
    ),
  );
  for (const { name, credentials } of nodes) {
    edit(`inventory/nodes/${name}.yaml`, (text) =>
      text.replace(':6230"', `:6230", credentials: ${credentials}`),
    );
  }
  edit('profiles/base.yaml', (text) =>
    text.replace('  stacks:', `  users: [{ name: ada, passwordHash: "${HASH}" }]\n  stacks:`),
  );
  await site.commitAll('with every kind of secret');
  const published = await forge.publish(at('site'));

  const rack = await startRack({
    machines: nodes.map(({ name, mac, bmc, address }) => ({
      ...{ name, mac, address, power: 'on' as const, disk: 'blank' as const, bmc: { host: bmc, port: 6230 } },
    })),
    ...{ speed: 400, seed: 'canaries', credentials: { username: 'admin', password: secret.bmc } },
  });
  onTestFinished(rack.close);

  mkdirSync(at('redis'));
  const redis = await aRedis(at('redis'), ...KEEPS_ALL, '--requirepass', secret.store);
  onTestFinished(redis.close);

  const spied = spyOnPrograms(dir, process.env['PATH'] ?? '');
  const env = {
    ...{ ...GIT_ENV, PATH: spied.path, HOME: at(), USER: 'thandi', TZ: 'Etc/UTC' },
    ...{ BMC_OF_THE_THIRD: secret.env, SOPS_AGE_KEY_FILE: at('age.txt') },
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(`Bearer ${secret.traces}`)}`,
  };
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...[MAIN, 'run', '--repo', published.repository, '--branch', 'main', '--data', at('data')],
      ...['--secrets', at('secrets'), '--boot-listen', '127.0.0.1:0', '--control-listen', '127.0.0.1:0'],
      ...['--poll', '500ms', '--no-bind-addresses', '--log-port', '0', '--log-level', 'debug'],
      ...['--token-file', published.auth?.tokenFile ?? ''],
      ...['--store', redis.url(), '--store-password', `file:${at('secrets', 'store')}`],
    ],
    { env, cwd: at(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const descendants = watchDescendants(child.pid ?? 0);
  onTestFinished(descendants.close);
  const addressOf = (what: string) => new RegExp(`${what} +(http://\\S+)`).exec(output)?.[1] ?? '';
  await untilTrue(
    () => addressOf('boot server') !== '' || child.exitCode !== null,
    () => output,
  );
  if (child.exitCode !== null) throw new Error(`the daemon did not start:\n${output}`);
  rack.setBootUrl(addressOf('boot server'));
  const control = JSON.parse(readFileSync(at('data', 'control.json'), 'utf8')) as {
    url: string;
    token: string;
  };
  secrets.set('control token', control.token);

  let cookie = '';

  /** As a person does, with the token of the site; from then on its cookie is shown, and searched for. */
  async function logIn(token = secret.access): Promise<number> {
    const body = new URLSearchParams({ token });
    const headers = { origin: control.url };
    const answer = await fetch(`${control.url}/login`, { method: 'POST', body, headers, redirect: 'manual' });
    const set = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    if (set !== '') {
      cookie = set;
      secrets.set('cookie', set.slice(set.indexOf('=') + 1));
    }
    return answer.status;
  }

  function edit(file: string, change: (text: string) => string): void {
    site.writeIn(file, change(readFileSync(at('site', file), 'utf8')));
  }

  function events(): Event[] {
    return readJournal(at('data', COPY), (journal) => journal.read({ after: 0, limit: 10_000 }));
  }

  return {
    ...{ secret, secrets, site, forge, receiver, edit, events, control },
    names: nodes.map(({ name }) => name),
    push: () => forge.git('push', '-q', '--force', 'forge', 'main'),
    /** As a forge calls when something was pushed. */
    async call(key = secret.webhook) {
      const body = JSON.stringify({ after: String(Math.random()) });
      const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
      const headers = { 'x-hub-signature-256': signature, 'x-github-event': 'push' };
      return fetch(`http://127.0.0.1:${hookPort}/hooks/github`, { method: 'POST', body, headers });
    },
    async until(wish: (events: readonly Event[]) => boolean) {
      const shown = () =>
        `${output.slice(-3_000)}\n${events()
          .map(({ node, reason, message }) => `${node} ${reason} ${message}`)
          .join('\n')}`;
      await untilTrue(() => wish(events()), shown, 120_000, 100);
    },
    get: (path: string) => fetch(`${control.url}${path}`, { headers: { cookie } }),
    logIn,
    /** Runs the program beside the daemon, and returns all it says. */
    async cli(...argv: string[]): Promise<string> {
      const program = spawn(process.execPath, [MAIN, ...argv], {
        ...{ cwd: at('site'), stdio: ['ignore', 'pipe', 'pipe'] },
        env: { ...env, BAREWRIGHT_DATA: at('data') },
      });
      let said = '';
      program.stdout.on('data', (chunk: Buffer) => {
        said += chunk;
      });
      program.stderr.on('data', (chunk: Buffer) => {
        said += chunk;
      });
      await once(program, 'close');
      return said;
    },
    /** What is not asked for over HTTP: by name, as it lies there or was heard. */
    heard: (): [string, string][] => [
      ['log', output],
      ['argv of programs', spied.calls()],
      ['argv in /proc', descendants.seen()],
      ['journal', JSON.stringify(events())],
      ...readdirSync(at('data'))
        .filter((name) => name.startsWith(COPY))
        .map((name): [string, string] => [name, readFileSync(at('data', name)).toString('latin1')]),
      ['pull request', JSON.stringify([forge.server.store.comments, forge.server.store.statuses])],
      ['notifications and traces', JSON.stringify(receiver.seen.map(({ body }) => body))],
    ],
  };
}

function notificationsTo({ url }: Receiver): string {
  return `{ wait: 1s, routes: [{ channels: [slack, matrix, teams, hook, am, mail], severity: info }], channels: {
    slack: { slack: { url: { file: slack } } }, teams: { teams: { url: { file: teams } } },
    matrix: { matrix: { homeserver: "${url}", room: "!r:example.org", token: { file: matrix } } },
    hook: { webhook: { url: "${url}/hook", secret: { file: hook } } },
    am: { alertmanager: { url: "${url}", username: u, password: { file: alertmanager } } },
    mail: { email: { host: 127.0.0.1, port: 9, security: none, username: u, password: { file: mail }, from: a@b.org, to: [c@d.org] } } } }`;
}

/** A registry that takes no login, and repeats what it was sent: a careless one, or a proxy that shows requests. */
async function anEchoingRegistry(dir: string) {
  mkdirSync(join(dir, 'certificates'));
  const { certFile, keyFile, pem } = aCertificate(join(dir, 'certificates'), 'localhost');
  const server = createServer(
    { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    (request, response) => {
      const { authorization = '' } = request.headers;
      const decoded = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
      const errors = [{ code: 'UNAUTHORIZED', message: `no such login: ${authorization} ${decoded}` }];
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"', 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors }));
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, ca: pem };
}
