/** Serves a folder by HTTP, as a mirror does: GET and HEAD of files. Started inside the rack's namespace. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { pipeline } from 'node:stream';

const [root = '', address = '', port = ''] = process.argv.slice(2);

const server = createServer(async (request, response) => {
  const path = join(root, normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)));
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return void response.writeHead(404).end();
  const headers = { 'content-length': found.size, 'last-modified': found.mtime.toUTCString() };
  response.writeHead(200, headers);
  if (request.method === 'HEAD') return void response.end();
  pipeline(createReadStream(path), response, () => {});
});
server.listen(Number(port), address, () => console.log('listening'));
