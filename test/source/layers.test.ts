import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../src');

/** What each folder of `src/` may import from the others. Whoever wires may see all. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  model: [],
  sops: ['model'],
  desired: ['model', 'sops'],
  git: ['model'],
  observe: ['model'],
  plan: ['model'],
  act: ['model'],
  journal: ['model'],
  ledger: ['model'],
  timeline: ['model'],
  render: ['model'],
  dhcp: ['model'],
  agent: ['model', 'render'],
  installers: ['model', 'render', 'agent'],
  netboot: ['model', 'registry'],
  registry: ['model'],
  build: ['model', 'registry', 'render'],
  'own-registry': ['model'],
  review: ['model'],
  notify: ['model'],
  trace: ['model'],
  channels: ['model', 'notify'],
  ipmi: [],
  drivers: ['model', 'ipmi'],
  serve: ['model', 'desired', 'render', 'plan', 'ledger', 'timeline'],
  lab: ['model', 'ipmi'],
  daemon: [
    'model',
    'sops',
    'desired',
    'git',
    'observe',
    'plan',
    'act',
    'journal',
    'ledger',
    'render',
    'dhcp',
    'agent',
    'installers',
    'netboot',
    'registry',
    'build',
    'own-registry',
    'review',
    'notify',
    'channels',
    'trace',
    'drivers',
    'serve',
    'lab',
  ],
  cli: [
    'model',
    'desired',
    'git',
    'plan',
    'journal',
    'ledger',
    'timeline',
    'registry',
    'build',
    'review',
    'daemon',
    'lab',
  ],
};

/** Folders that compute only: no file system, no network, no processes, no timers' modules. */
const PURE: ReadonlySet<string> = new Set([
  'sops',
  'model',
  'desired',
  'sops',
  'plan',
  'ledger',
  'timeline',
  'notify',
  'trace',
  'render',
  'agent',
  'installers',
  'act',
  'ipmi',
]);
const IO =
  /^(node:)?(fs|fs\/promises|net|dgram|http|https|tls|child_process|worker_threads|timers|timers\/promises|os|dns)$/;
const IO_PACKAGES = new Set([
  'execa',
  'simple-git',
  'chokidar',
  'undici',
  'nodemailer',
  'fastify',
  'pino',
  'ioredis',
  'dockerode',
]);
/** Schemas, templates and the agent's scripts are read from our own folder, once, when the module is loaded; `isIP` only computes. */
const PURE_EXCEPTIONS = new Set([
  'desired/schemas.ts:node:fs',
  'agent/files.ts:node:fs',
  'render/templates.ts:node:fs',
  'desired/address.ts:node:net',
]);

interface Import {
  file: string;
  target: string;
  /** Loaded when it is needed: such a one cannot leave a half-made module behind. */
  lazy: boolean;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(src, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/g,
  );
  return [...found].map(([, now, later]) => ({ file, target: now ?? later ?? '', lazy: now === undefined }));
});

function folderOf(file: string): string {
  const [folder = ''] = file.split(sep);
  return folder;
}

function inside(file: string, target: string): string {
  return relative(src, normalize(join(src, dirname(file), target)));
}

describe('layers', () => {
  it('finds the sources', () => {
    expect(imports.length).toBeGreaterThan(300);
    const folders = new Set(files.filter((file) => file.includes(sep)).map(folderOf));
    expect([...folders].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it('each folder imports only what it may', () => {
    const breaches = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter(({ file }) => file.includes(sep))
      .flatMap(({ file, target }) => {
        const from = folderOf(file);
        const to = folderOf(inside(file, target));
        const outside = to === '..';
        return outside || from === to || MAY_IMPORT[from]?.includes(to) ? [] : [`${file} imports ${to}/`];
      });
    expect(breaches).toEqual([]);
  });

  it('pure folders import nothing that does I/O', () => {
    const breaches = imports
      .filter(({ file, target }) => PURE.has(folderOf(file)) && (IO.test(target) || IO_PACKAGES.has(target)))
      .map(({ file, target }) => `${file}:${target}`)
      .filter((breach) => !PURE_EXCEPTIONS.has(breach));
    expect(breaches).toEqual([]);
  });

  it('nothing imports in a circle', () => {
    const graph = new Map<string, string[]>();
    for (const { file, target, lazy } of imports) {
      if (lazy || !target.startsWith('.')) continue;
      graph.set(file, [...(graph.get(file) ?? []), inside(file, target)]);
    }
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of graph.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('main.ts alone reads the environment and ends the process', () => {
    const offenders = files.filter((file) => {
      if (file === 'main.ts') return false;
      return /process\.(exit\b|exitCode|argv|env\b)/.test(readFileSync(join(src, file), 'utf8'));
    });
    expect(offenders).toEqual([]);
  });

  it('no file is over 300 lines', () => {
    const long = files.filter((file) => readFileSync(join(src, file), 'utf8').split('\n').length > 301);
    expect(long).toEqual([]);
  });
});
