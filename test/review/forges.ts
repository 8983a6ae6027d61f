/** The forges of the contract, each with its server, and with a clock that only waiting moves. */

import type { ForgePorts } from '../../src/review/connection.ts';
import type { Forge } from '../../src/review/forge.ts';
import { openForge } from '../../src/review/open-forge.ts';
import type { Dialect, ForgeServer, Pull } from './a-forge-server.ts';
import { giteaApi } from './gitea-api.ts';
import { githubApi } from './github-api.ts';
import { gitlabApi } from './gitlab-api.ts';

export interface Case {
  title: string;
  kind: Forge['kind'];
  dialect: Dialect;
  /** Of `spec.review.forge.url`, after the server's address. */
  path: string;
  repository: string;
  /** How the forge calls a merge request's commit. */
  ref(number: number): string;
  page(url: string, number: number): string;
  /** Of comments; null where it has no such limit. */
  longest: number | null;
}

const GITHUB = {
  kind: 'github' as const,
  repository: 'karoo/site',
  ref: (number: number) => `refs/pull/${number}/head`,
  page: (url: string, number: number) => `${url}/karoo/site/pull/${number}`,
  longest: 65_536,
};

export const FORGES: readonly Case[] = [
  { title: 'GitHub', ...GITHUB, dialect: githubApi(''), path: '' },
  { title: 'GitHub Enterprise Server', ...GITHUB, dialect: githubApi('/api/v3'), path: '/api/v3' },
  {
    ...{ title: 'GitLab', kind: 'gitlab', dialect: gitlabApi, path: '/gitlab' },
    repository: 'karoo/metal/site',
    ref: (number) => `refs/merge-requests/${number}/head`,
    page: (url, number) => `${url}/gitlab/karoo/metal/site/-/merge_requests/${number}`,
    longest: 1_000_000,
  },
  {
    ...{ title: 'Gitea', kind: 'gitea', dialect: giteaApi, path: '' },
    repository: 'karoo/site',
    ref: (number) => `refs/pull/${number}/head`,
    page: (url, number) => `${url}/karoo/site/pulls/${number}`,
    longest: null,
  },
];

export const TOKEN = 'tok-5e3d2f';
export const NOW = Date.parse('2026-03-01T12:00:00Z');

export interface Client {
  forge: Forge;
  /** How long was waited, ms. */
  waits: number[];
  /** What the token is from now on. */
  turnToken(token: string): void;
  /** Lets time pass. */
  pass(ms: number): void;
}

export function aClient(one: Case, server: ForgeServer, change: Partial<ForgePorts> = {}): Client {
  server.store.accounts.set(TOKEN, 'barewright');
  const waits: number[] = [];
  let token = TOKEN;
  let now = NOW;
  const forge = openForge(
    { kind: one.kind, url: `${server.url}${one.path}`, repository: one.repository },
    {
      token: async () => token,
      ca: async () => null,
      clock: () => now,
      random: () => 1,
      async sleep(ms) {
        waits.push(ms);
        now += ms;
      },
      ...change,
    },
  );
  return {
    forge,
    waits,
    turnToken(next) {
      token = next;
    },
    pass(ms) {
      now += ms;
    },
  };
}

export function aPull(number: number, change: Partial<Pull> = {}): Pull {
  return {
    number,
    title: `change ${number}`,
    author: 'thandi',
    head: number.toString(16).padStart(40, 'a'),
    branch: `work-${number}`,
    base: 'main',
    from: 1,
    draft: false,
    ...change,
  };
}
