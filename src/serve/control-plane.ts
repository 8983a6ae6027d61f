/** The control plane: the API that the command line and the page use, on loopback. All routes on one page. */

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type {
  ApiErrorCode,
  ImageView,
  InstallerLogView,
  NodeView,
  ServedFile,
  StatusView,
} from '../model/api.ts';
import type { Profile } from '../model/desired.ts';
import type { EventData } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import { HISTORY_BODY, HOLD_BODY, LINES_QUERY, PAUSE_BODY, WHY_BODY } from './control-schemas.ts';
import type { EventPorts } from './event-query.ts';
import { registerEvents } from './event-routes.ts';
import { isLocalHost, mayChange } from './guard-control.ts';
import { type LedgerPorts, registerLedger } from './ledger-routes.ts';
import { type NotificationPorts, registerNotifications } from './notification-routes.ts';
import type { PageUser } from './page/actions/user.ts';
import { registerPages } from './page/register.ts';

export interface ControlPorts extends LedgerPorts, EventPorts, NotificationPorts {
  /** Needed for every call that changes something. */
  token: string;
  /** Who has logged in, for the pages; left out where nobody can. */
  who?(request: FastifyRequest): PageUser | null;
  status(): StatusView;
  metrics: { text(): Promise<string>; contentType: string };
  nodes(): NodeView[];
  node(nameOrAddress: string): NodeView | null;
  /** The newest lines of its last attempt's installer; null where none were kept. */
  installerLog(node: string, lines: number): InstallerLogView | null;
  /** What a node would be served now; null for one that is not in the inventory. */
  files(node: string): ServedFile[] | null;
  list(kind: 'pools' | 'profiles' | 'images' | 'stacks'): object[];
  /** Of the commit in force, or of the step to another revision. Null while no commit is in force. */
  plan(to: string | null): Promise<Plan | null>;
  /** Looks at Git, or at one node, now. */
  reconcile(node: string | null): Promise<void>;
  approveNode(name: string, actor: string, why: string): Promise<void>;
  approvePlan(digest: string, actor: string, why: string): Promise<{ nodes: string[]; tags: string[] }>;
  pause(name: string, actor: string, why: string, until: number | null): Promise<void>;
  resume(name: string, actor: string): Promise<void>;
  retry(name: string, actor: string): Promise<void>;
  cycle(name: string, actor: string, why: string): Promise<void>;
  holdPower(name: string, actor: string, hold: EventData['PowerHeld']): Promise<void>;
  releasePower(name: string, actor: string): Promise<void>;
  acceptHistory(head: string, actor: string, why: string): Promise<void>;
  /** Begins a garbage collection of the own registry; resolves with the id of the event that says so. */
  collectImages(actor: string): Promise<{ begun: number }>;
  onError(error: unknown, what: string): void;
}

type Named = { Params: { name: string } };
type NamedWhy = Named & { Body: { why: string } };

const STATUS: Record<ApiErrorCode, number> = {
  'not-found': 404,
  unauthorized: 401,
  'bad-request': 400,
  conflict: 409,
  outdated: 409,
  'not-ready': 503,
  internal: 500,
};

export function createControlPlane(ports: ControlPorts): FastifyInstance {
  const app = Fastify({
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    // A mistyped filter must not answer with everything.
    ajv: { customOptions: { removeAdditional: false } },
  });

  app.addHook('onRequest', async (request, reply) => {
    if (!isLocalHost(request.headers.host))
      return fail(reply, 'unauthorized', 'this address is not served here');
    if (request.method !== 'GET' && request.method !== 'HEAD' && !mayChange(request, ports.token)) {
      return fail(
        reply,
        'unauthorized',
        'the control token is missing or wrong; it is in control.json of the data directory',
      );
    }
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  app.setNotFoundHandler((request, reply) => fail(reply, 'not-found', `there is no ${request.url}`));
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));

  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => (isReady() ? { ok: true } : notReady(reply)));
  app.get('/metrics', async (_request, reply) =>
    reply.type(ports.metrics.contentType).send(await ports.metrics.text()),
  );
  app.get('/api/v1/status', async () => ports.status());
  app.get('/api/v1/nodes', async (_request, reply) => (isReady() ? ports.nodes() : notReady(reply)));
  app.get<Named>('/api/v1/nodes/:name', async ({ params }, reply) => {
    if (!isReady()) return notReady(reply);
    const node = ports.node(params.name);
    return node ?? fail(reply, 'not-found', `there is no node ${params.name} in the inventory`);
  });
  app.get<Named & { Querystring: { lines: number } }>(
    '/api/v1/nodes/:name/installer-log',
    { schema: { querystring: LINES_QUERY } },
    async ({ params, query }, reply) => {
      const node = isReady() ? ports.node(params.name) : null;
      const found = node && ports.installerLog(node.name, query.lines);
      return found ?? fail(reply, 'not-found', `no installer of ${params.name} has sent its log`);
    },
  );
  app.get<Named>('/api/v1/nodes/:name/files', async ({ params }, reply) => {
    const node = isReady() ? ports.node(params.name) : null;
    return (
      (node && ports.files(node.name)) ??
      fail(reply, 'not-found', `there is no node ${params.name} in the inventory`)
    );
  });
  for (const kind of ['pools', 'profiles', 'images', 'stacks'] as const) {
    app.get(`/api/v1/${kind}`, async () => ports.list(kind));
  }
  app.get<{ Querystring: { to?: string } }>('/api/v1/plan', async ({ query }, reply) => {
    const plan = await ports.plan(query.to ?? null);
    return plan ?? notReady(reply);
  });
  registerEvents(app, ports);
  registerLedger(app, ports);
  registerNotifications(app, ports, actor);
  registerPages(app, {
    ...ports,
    images: () => ports.list('images') as ImageView[],
    profiles: () => ports.list('profiles') as Profile[],
    actor,
  });

  app.post('/api/v1/reconcile', async () => done(ports.reconcile(null)));
  app.post<{ Body: { digest: string; why: string } }>(
    '/api/v1/approve',
    { schema: { body: { ...WHY_BODY, required: ['digest'] } } },
    async (request) => ports.approvePlan(request.body.digest, actor(request), request.body.why),
  );
  app.post<{ Body: { head: string; why: string } }>(
    '/api/v1/accept-history',
    { schema: { body: HISTORY_BODY } },
    async (request) => done(ports.acceptHistory(request.body.head, actor(request), request.body.why)),
  );
  app.post('/api/v1/images/gc', async (request) => ports.collectImages(actor(request)));
  const nodePath = (verb: string) => `/api/v1/nodes/:name/${verb}`;
  app.post<Named>(nodePath('reconcile'), async ({ params }) => done(ports.reconcile(params.name)));
  app.post<NamedWhy>(nodePath('approve'), { schema: { body: WHY_BODY } }, async (request) =>
    done(ports.approveNode(request.params.name, actor(request), request.body.why)),
  );
  app.post<Named & { Body: { why: string; until: number | null } }>(
    nodePath('pause'),
    { schema: { body: PAUSE_BODY } },
    async (request) =>
      done(ports.pause(request.params.name, actor(request), request.body.why, request.body.until)),
  );
  app.post<Named>(nodePath('resume'), async (request) =>
    done(ports.resume(request.params.name, actor(request))),
  );
  app.post<Named>(nodePath('retry'), async (request) =>
    done(ports.retry(request.params.name, actor(request))),
  );
  app.post<NamedWhy>(nodePath('cycle'), { schema: { body: WHY_BODY } }, async (request) =>
    done(ports.cycle(request.params.name, actor(request), request.body.why)),
  );
  app.post<Named & { Body: EventData['PowerHeld'] }>(
    nodePath('power-hold'),
    { schema: { body: HOLD_BODY } },
    async (request) => done(ports.holdPower(request.params.name, actor(request), request.body)),
  );
  app.post<Named>(nodePath('power-release'), async (request) =>
    done(ports.releasePower(request.params.name, actor(request))),
  );

  /** Before the first commit is in force nothing is known of any node, which is not the same as "there are none". */
  function isReady(): boolean {
    return ports.status().inForce !== null;
  }

  function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    if (isCoded(error)) return fail(reply, error.code, error.message, error.hint);
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== undefined && status < 500) return fail(reply, 'bad-request', (error as Error).message);
    ports.onError(error, `${request.method} ${request.routeOptions.url ?? request.url}`);
    return fail(reply, 'internal', 'this did not work; the log of the daemon says why');
  }

  return app;
}

function isCoded(error: unknown): error is { code: ApiErrorCode; message: string; hint?: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code in STATUS;
}

function fail(reply: FastifyReply, code: ApiErrorCode, message: string, hint?: string) {
  return reply.code(STATUS[code]).send({ error: { code, message, ...(hint ? { hint } : {}) } });
}

function notReady(reply: FastifyReply) {
  return fail(reply, 'not-ready', 'no commit is in force yet', 'see: barewright status');
}

async function done(work: Promise<void>): Promise<{ ok: true }> {
  await work;
  return { ok: true };
}

/** The name a person gave; bounded and printable, for the journal. */
function actor(request: FastifyRequest): string {
  const name = request.headers['x-barewright-actor'];
  return typeof name === 'string' && /^[\w.@+-]{1,64}$/.test(name) ? name : 'someone';
}
