/** The site's own registry, run: its files, its process, its token endpoint, and its garbage collections. */

import { createGate } from '../model/gate.ts';
import { becomes, type Found, PROBED } from './answers.ts';
import type { ServerIdentity } from './authority.ts';
import { type Collected, collect } from './collect.ts';
import { OwnRegistryError } from './error.ts';
import { configurationFile, TOKEN_ISSUER, tokensFile, type Way, writeConfiguration } from './files.ts';
import { writePrivate } from './private-file.ts';
import type { Program, Running } from './program.ts';
import { createSigner } from './signer.ts';
import { type Account, createTokenDesk } from './token-desk.ts';
import { startTokenServer } from './token-server.ts';

export interface HostOptions extends Way {
  /** Certificates as they are to be now; asked again when they are to be renewed. */
  identity(): Promise<ServerIdentity>;
  program: Program;
  account(name: string): Account | null;
  onRefused(name: string, address: string): void;
  /** It answers, after it did not. */
  onUp(): void;
  /** It does not answer; it is started again until it does. */
  onProblem(error: OwnRegistryError): void;
  clock(): number;
}

export interface Host {
  /** PEM: what clients are to trust. */
  readonly ca: string;
  /** Rejects with OwnRegistryError; whatever happens, the registry takes pushes again. One at a time. */
  collect(signal: AbortSignal): Promise<Collected>;
  /** Every token that was handed out is void when it resolves. Pulls under way ask for a new one. */
  voidTokens(): Promise<void>;
  /** Makes the certificate anew when it is time; does nothing otherwise. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

const START_PATIENCE = 30_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** Resolves when its files are there and tokens are handed out; `onUp` and `onProblem` tell of the registry itself. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { directory, endpoint, listen, program, clock } = options;
  const configuration = configurationFile(directory);
  const service = new URL(endpoint).host;
  const newSigner = () => createSigner(TOKEN_ISSUER, service, clock);
  const gate = createGate(1);
  const stop = new AbortController();
  let identity = await options.identity();
  let signer = newSigner();
  let running: Running | null = null;
  let again: NodeJS.Timeout | null = null;
  let pause = FIRST_PAUSE;
  /** Whoever starts it looks after it meanwhile. */
  let isStarting = false;

  // Its port is held by one at a time: before that, nothing of another is touched.
  const tokenServer = await startTokenServer({
    ...{ host: listen.host, port: options.tokenPort, server: identity.server, clock },
    decide: createTokenDesk({ service, clock, account: options.account, onRefused: options.onRefused }),
    sign: ({ account, access }) => signer.token(account, access),
  });
  try {
    await writePrivate(tokensFile(directory), signer.certificate);
    await write(false);
    // A collector of an earlier daemon must have ended before the first push is taken.
    await program.clear(configuration);
  } catch (error) {
    await tokenServer.close();
    throw error;
  }
  void gate.within(bringUp);

  function write(readOnly: boolean): Promise<void> {
    return writeConfiguration(options, identity, readOnly);
  }

  /** With the configuration as it lies there. Rejects with OwnRegistryError `start`. */
  async function restart(wanted: Found): Promise<void> {
    const old = running;
    running = null;
    await old?.stop();
    if (stop.signal.aborted) return;
    const now = program.serve(configuration);
    running = now;
    isStarting = true;
    void now.ended.then((why) => lost(now, why));
    const wrong = await becomes(wanted, {
      ...{ endpoint, ca: identity.ca, ended: now.ended, patience: START_PATIENCE },
      token: () => signer.token(TOKEN_ISSUER, [{ type: 'repository', name: PROBED, actions: ['delete'] }]),
    });
    isStarting = false;
    if (wrong === null) return;
    const isMissing = /^spawn (.*) ENOENT$/.exec(wrong);
    if (isMissing) {
      const hint = 'apt-get install docker-registry, or write `container` under `serve` to run it by Docker';
      throw new OwnRegistryError('missing', `${isMissing[1]} is not installed: ${hint}`);
    }
    throw new OwnRegistryError('start', `the registry at ${service} does not come up: ${wrong}`);
  }

  async function bringUp(): Promise<void> {
    try {
      if (stop.signal.aborted) return;
      await restart('writable');
      pause = FIRST_PAUSE;
      options.onUp();
    } catch (error) {
      failed(error);
    }
  }

  /** It ended by itself, while nobody is at it. */
  function lost(which: Running, why: string): void {
    if (which !== running || isStarting) return;
    failed(new OwnRegistryError('ended', `the registry at ${service} has ended: ${why}`));
  }

  function failed(error: unknown): void {
    if (stop.signal.aborted) return;
    const known = error instanceof OwnRegistryError ? error : new OwnRegistryError('start', String(error));
    options.onProblem(known);
    again ??= setTimeout(() => {
      again = null;
      void gate.within(bringUp);
    }, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  async function setReadOnly(readOnly: boolean): Promise<void> {
    await write(readOnly);
    await restart(readOnly ? 'read-only' : 'writable').catch((error: unknown) => {
      if (!readOnly) failed(error);
      throw error;
    });
    if (!readOnly && !stop.signal.aborted) options.onUp();
  }

  return {
    get ca() {
      return identity.ca;
    },
    collect: (signal) =>
      gate.within(() =>
        collect({
          ...{ program, configuration, setReadOnly, signal: AbortSignal.any([signal, stop.signal]) },
          storage: 'directory' in options.storage ? options.storage.directory : null,
        }),
      ),
    voidTokens: () =>
      gate.within(async () => {
        signer = newSigner();
        await writePrivate(tokensFile(directory), signer.certificate);
        await bringUp();
      }),
    renew: () =>
      gate.within(async () => {
        if (clock() < identity.renewAt) return;
        identity = await options.identity();
        tokenServer.renew(identity.server);
        await bringUp();
      }),
    async close() {
      stop.abort();
      if (again) clearTimeout(again);
      await gate.within(async () => {
        const last = running;
        running = null;
        await last?.stop();
      });
      await tokenServer.close();
    },
  };
}
