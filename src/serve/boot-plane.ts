/** The boot plane: plain HTTP on the install network. Boot scripts, answer files, callbacks, reports; nothing else. */

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { BootLoader } from '../model/site.ts';
import { LOCAL_DISK_SCRIPT } from '../render/boot-script.ts';
import { NGINX_FILES } from '../render/nginx.ts';
import { type Artifact, DIGEST, sendArtifact } from './artifact.ts';
import { keepBodies, SIGNATURE, signedBody } from './boot-body.ts';
import { CALLBACK_FAILED, CALLBACK_PROGRESS, MAC, REPORT, STACKS } from './boot-schemas.ts';
import { isProxy, peerOf } from './peer.ts';

type Refused = { ok: false; why: string };

/** What the boot plane asks of the rest; see observe/boot-desk.ts and observe/reports.ts. */
export interface BootPlanePorts {
  /** False while nothing is known of any node, as after a start: a machine must not be refused for that. */
  ready(): Promise<boolean>;
  script(
    mac: string,
    address: string,
    loader: BootLoader,
  ): Promise<{ kind: 'unknown' } | { kind: 'local-disk' } | { kind: 'installer'; text: string }>;
  /** `file` is one of those that the installer asks for, by name. */
  answers(
    token: string,
    file: string,
    address: string,
  ): Promise<{ ok: true; content: string | Uint8Array } | Refused>;
  callback(token: string, address: string, event: CallbackBody): Promise<{ ok: true } | Refused>;
  report(
    body: ReportBody,
    address: string,
    signed: SignedBody,
  ): Promise<{ ok: true; configDigest: string | null; sign: Sign | null } | Refused>;
  /** The stacks of a configuration, for the node that is to carry it. */
  stacks(
    body: StacksBody,
    address: string,
    signed: SignedBody,
  ): Promise<{ ok: true; archive: Uint8Array; sign: Sign } | Refused>;
  /** A file to boot or to write, by its SHA-256; null for one that no profile in force declares, or that is not there. */
  artifact(sha256: string): Artifact | null;
  /** nginx in front: whose word on a machine's address counts, and which files it sends by itself. */
  offload?: { proxy(): string | null; has(sha256: string): boolean };
  /** A boot loader by its name, for UEFI HTTP boot and for local disks; null for any other name. */
  loader(file: string): Promise<Buffer | null>;
  /** A defect while answering: to be logged. The machine gets the safe answer. */
  onError(error: unknown, what: string): void;
}

/** A body as it came, and its `X-Barewright-Signature`. */
export interface SignedBody {
  body: Uint8Array;
  signature: string | null;
}

type Sign = (answer: string | Uint8Array) => string;

export interface StacksBody {
  mac: string;
  installId: string;
  configDigest: string;
}

export type CallbackBody =
  | { kind: 'progress'; step: string; percent: number | null }
  | { kind: 'complete' }
  | { kind: 'failed'; why: string };

export interface ReportBody {
  mac: string;
  boot: boolean;
  record: {
    installId: string;
    profile: string;
    generation: number;
    installDigest: string;
    commit: string;
  } | null;
  configDigest: string | null;
  stacks: { name: string; state: 'ok' | 'failed' | 'running'; message?: string }[];
  facts: Record<string, string>;
}

const BODY_LIMIT = 64 * 1024;
const STATUS: Record<string, number> = {
  'unknown-mac': 404,
  'bad-token': 404,
  'unknown-file': 404,
  'wrong-address': 403,
  'bad-signature': 403,
  'not-wanted': 409,
  'not-armed': 409,
  'out-of-order': 409,
};

/** All routes of the boot plane on one page. The caller listens and closes. */
export function createBootPlane(ports: BootPlanePorts): FastifyInstance {
  const addressOf = (request: FastifyRequest) => peerOf(request, ports.offload?.proxy() ?? null);
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 200 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: true } },
  });
  keepBodies(app);
  app.addHook('onRequest', async (request, reply) => {
    // Boot loaders are the same whatever the site says.
    if (request.url.startsWith('/ipxe/') || (await ports.ready())) return;
    reply.type('text/plain; charset=utf-8');
    if (request.url.startsWith('/boot/')) return reply.send(LOCAL_DISK_SCRIPT);
    return reply.code(503).header('retry-after', '5').send('starting\n');
  });
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.setNotFoundHandler((_request, reply) => void reply.code(404).type('text/plain').send('not found\n'));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error.statusCode === undefined || error.statusCode >= 500)
      ports.onError(error, request.routeOptions.url ?? '?');
    void reply
      .code(error.statusCode ?? 500)
      .type('text/plain')
      .send(`${error.statusCode ? error.message : 'error'}\n`);
  });

  app.get<{ Params: { mac: string } }>('/boot/:mac', async (request, reply) => {
    const mac = request.params.mac.toLowerCase().replaceAll('-', ':');
    if (!MAC.test(mac)) return refuse(reply, 'unknown-mac');
    return bootScript(mac, addressOf(request), reply);
  });

  // No HEAD beside it: it would count as a fetch of the answers.
  app.get<{ Params: { token: string; file: string } }>(
    '/i/:token/:file',
    { exposeHeadRoute: false },
    async (request, reply) => {
      const { token, file } = request.params;
      const answer = await ports.answers(token, file, addressOf(request));
      if (!answer.ok) return refuse(reply, answer.why);
      const { content } = answer;
      const type = typeof content === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
      return reply.type(type).send(content);
    },
  );

  app.route<{ Params: { digest: string } }>({
    method: ['GET', 'HEAD'],
    url: '/netboot/:digest',
    async handler(request, reply) {
      const { digest } = request.params;
      const artifact = DIGEST.test(digest) ? ports.artifact(digest) : null;
      if (artifact && isProxy(request, ports.offload?.proxy() ?? null) && ports.offload?.has(digest)) {
        const type = reply.type('application/octet-stream');
        return type.header('x-accel-redirect', `${NGINX_FILES}${digest}`).send();
      }
      return artifact ? sendArtifact(request, reply, artifact) : refuse(reply, 'unknown-file');
    },
  });

  app.get<{ Params: { file: string } }>('/ipxe/:file', async (request, reply) => {
    const loader = await ports.loader(request.params.file);
    return loader ? reply.type('application/efi').send(loader) : refuse(reply, 'unknown-file');
  });

  app.post<{ Params: { token: string }; Body: { step: string; percent?: number | null } }>(
    '/i/:token/progress',
    { schema: { body: CALLBACK_PROGRESS } },
    async (request, reply) =>
      acknowledge(
        reply,
        await ports.callback(request.params.token, addressOf(request), {
          kind: 'progress',
          step: request.body.step,
          percent: request.body.percent ?? null,
        }),
      ),
  );
  app.post<{ Params: { token: string } }>('/i/:token/complete', async (request, reply) =>
    acknowledge(reply, await ports.callback(request.params.token, addressOf(request), { kind: 'complete' })),
  );
  app.post<{ Params: { token: string }; Body: { why: string } }>(
    '/i/:token/failed',
    { schema: { body: CALLBACK_FAILED } },
    async (request, reply) =>
      acknowledge(
        reply,
        await ports.callback(request.params.token, addressOf(request), {
          kind: 'failed',
          why: request.body.why,
        }),
      ),
  );
  app.post<{ Body: ReportBody }>('/report', { schema: { body: REPORT } }, async (request, reply) => {
    const answer = await ports.report(request.body, addressOf(request), signedBody(request));
    if (!answer.ok) return refuse(reply, answer.why);
    const text = JSON.stringify({ configDigest: answer.configDigest });
    if (answer.sign) reply.header(SIGNATURE, answer.sign(text));
    return reply.type('application/json; charset=utf-8').send(text);
  });
  app.post<{ Body: StacksBody }>('/stacks', { schema: { body: STACKS } }, async (request, reply) => {
    const answer = await ports.stacks(request.body, addressOf(request), signedBody(request));
    if (!answer.ok) return refuse(reply, answer.why);
    const { archive, sign } = answer;
    return reply.header(SIGNATURE, sign(archive)).type('application/x-tar').send(Buffer.from(archive));
  });

  /** A machine that asks for its script must never be left without the safe answer, whatever goes wrong here. */
  async function bootScript(mac: string, address: string, reply: FastifyReply) {
    reply.type('text/plain; charset=utf-8');
    try {
      const answer = await ports.script(mac, address, 'ipxe');
      if (answer.kind === 'unknown') return refuse(reply, 'unknown-mac');
      if (answer.kind === 'local-disk') return reply.send(LOCAL_DISK_SCRIPT);
      return reply.send(answer.text);
    } catch (error) {
      ports.onError(error, `boot script of ${mac}`);
      return reply.send(LOCAL_DISK_SCRIPT);
    }
  }

  return app;
}

function acknowledge(reply: FastifyReply, answer: { ok: true } | Refused) {
  return answer.ok ? reply.send({ ok: true }) : refuse(reply, answer.why);
}

function refuse(reply: FastifyReply, why: string) {
  return reply
    .code(STATUS[why] ?? 400)
    .type('text/plain; charset=utf-8')
    .send(`${why}\n`);
}
