/** docs/api.md: each of its calls is made by curl, and what is answered is held against the document. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { aControlPlane, TOKEN } from '../builders/control-plane.ts';
import { found } from '../builders/event.ts';
import { aRack } from '../builders/view.ts';
import { type ApiDocument, describedBy, documentOf } from './as-described.ts';

const run = promisify(execFile);
const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
const calls = page.split('\n').filter((line) => line.startsWith('curl '));

async function aSite() {
  const made = aControlPlane({ nodes: aRack(12), installerLog: { installId: 'x', lines: ['done'] } });
  await made.journal.append([found('sip-n01')]);
  await made.plane.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => made.plane.close());
  const url = `http://127.0.0.1:${(made.plane.server.address() as AddressInfo).port}`;
  const env = {
    ...process.env,
    URL: url,
    AUTH: `Authorization: Bearer ${TOKEN}`,
    JSON: 'Content-Type: application/json',
  };
  const sh = async (line: string) => (await run('bash', ['-c', line], { env })).stdout;
  return { ...made, sh, url };
}

/** The route of a call: its method and path. */
function routeOf(line: string): { method: string; path: string } {
  const path = /\$URL(\/[^\s"?]*)/.exec(line)?.[1] ?? '';
  return { method: / -d | -X POST/.test(line) ? 'post' : 'get', path };
}

describe('docs/api.md', () => {
  let document: ApiDocument;
  let described: ReturnType<typeof describedBy>;
  beforeAll(async () => {
    const { plane } = aControlPlane();
    await plane.ready();
    document = documentOf(plane);
    described = describedBy(document);
  });

  it('has a call of every route', () => {
    const shown = new Set(
      calls.map(routeOf).map(({ method, path }) => `${method} ${described.templateOf(path)}`),
    );
    const all = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const forBrowsers = / \/log(in|out)\b/;
    expect(all.filter((route) => !shown.has(route) && !forBrowsers.test(route))).toEqual([]);
  });

  it.each(calls.filter((line) => !line.includes('/stream')))('%s', async (line) => {
    const { sh } = await aSite();
    const answer = await sh(line);
    const { method, path } = routeOf(line);
    if (line.includes('/metrics')) return expect(answer).toBe('up 1\n');
    described.expectAsDescribed(method, path, 200, JSON.parse(answer));
  });

  it('the stream goes on behind the number that is named', async () => {
    const { url } = await aSite();
    const headers = { authorization: `Bearer ${TOKEN}`, 'last-event-id': '0' };
    const answer = await fetch(`${url}/api/v1/stream`, { headers });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    while (!text.includes('event: journal')) text += new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect(text).toContain('id: 1\nevent: journal');
  });
});
