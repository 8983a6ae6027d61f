/** docs/api.md: each of its calls is made by curl, and what is answered is held against the document. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import { aPlaneOver } from '../builders/control-plane.ts';
import { found } from '../builders/event.ts';
import { aRack } from '../builders/view.ts';

const run = promisify(execFile);
const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
const calls = page.split('\n').filter((line) => line.startsWith('curl '));

async function aSite() {
  const journal = openMemoryJournal({ clock: Date.now });
  await journal.append([found('sip-n01')]);
  const plane = aPlaneOver(journal, aRack(12));
  plane.rack.installerLog = { installId: 'x', lines: ['done'] };
  await plane.app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => plane.app.close());
  const url = `http://127.0.0.1:${(plane.app.server.address() as AddressInfo).port}`;
  const env = {
    ...process.env,
    URL: url,
    AUTH: 'Authorization: Bearer token',
    JSON: 'Content-Type: application/json',
  };
  const sh = async (line: string) => (await run('bash', ['-c', line], { env })).stdout;
  return { ...plane, sh, url };
}

/** The route of a call: its method and path. */
function routeOf(line: string): { method: string; path: string } {
  const path = /\$URL(\/[^\s"?]*)/.exec(line)?.[1] ?? '';
  return { method: / -d | -X POST/.test(line) ? 'post' : 'get', path };
}

describe('docs/api.md', () => {
  let described: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  beforeAll(async () => {
    const plane = aPlaneOver(openMemoryJournal({ clock: Date.now }), []);
    await plane.app.ready();
    described = structuredClone(plane.app.swagger().paths) as typeof described;
    await plane.app.close();
  });
  const templateOf = (path: string) =>
    path in described
      ? path
      : (Object.keys(described).find((each) =>
          new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
        ) ?? '');

  it('has a call of every route', () => {
    const shown = new Set(calls.map(routeOf).map(({ method, path }) => `${method} ${templateOf(path)}`));
    const all = Object.entries(described).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const forBrowsers = / \/log(in|out)\b/;
    expect(all.filter((route) => !shown.has(route) && !forBrowsers.test(route))).toEqual([]);
  });

  it.each(calls.filter((line) => !line.includes('/stream')))('%s', async (line) => {
    const { sh } = await aSite();
    const answer = await sh(line);
    const { method, path } = routeOf(line);
    const schema =
      described[templateOf(path)]?.[method]?.responses['200']?.content?.['application/json']?.schema;
    if (!schema) return expect(answer).not.toBe('');
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    const isAsDescribed = ajv.validate(schema, JSON.parse(answer));
    expect([isAsDescribed, ajv.errors]).toEqual([true, null]);
  });

  it('the stream goes on behind the number that is named', async () => {
    const { url } = await aSite();
    const headers = { authorization: 'Bearer token', 'last-event-id': '0' };
    const answer = await fetch(`${url}/api/v1/stream`, { headers });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!text.includes('event: journal')) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect(text).toContain('id: 1\nevent: journal');
  });
});
