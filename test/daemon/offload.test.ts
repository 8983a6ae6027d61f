import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { createOffload } from '../../src/daemon/offload.ts';
import type { NetbootService } from '../../src/model/desired.ts';
import { aSite } from '../builders/node.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { untilTrue } from '../promises/scene.ts';

it('promise 7: what keeps nginx from following the site is said for as long as it does', async () => {
  const folder = aTempDir();
  const service: NetbootService = {
    listen: '127.0.0.1:18480',
    directory: join(folder, 'public'),
    configuration: join(folder, 'barewright.conf'),
    reload: ['sh', '-c', 'echo Unit nginx.service not found >&2; exit 5'],
  };
  const using = (netboot: NetbootService | null) =>
    aSite([], { services: { ...aSite([]).services, netboot } });
  const offload = createOffload({
    listening: { host: '127.0.0.1', port: 8482 },
    files: () => [],
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => offload.close());
  const trouble = () => offload.trouble() ?? 'none';
  expect(trouble()).toBe('none');

  offload.use(using(service));
  await untilTrue(() => trouble() !== 'none', trouble);
  expect(trouble()).toBe(
    'nginx does not follow the site, the daemon sends what it lacks: its reload command failed: Unit nginx.service not found',
  );
  offload.use(using({ ...service, reload: ['true'] }));
  await untilTrue(() => trouble() === 'none', trouble);
  expect(readFileSync(service.configuration, 'utf8')).toContain('127.0.0.1:18480');

  offload.use(using({ ...service, directory: join(service.configuration, 'public') }));
  await untilTrue(() => trouble() !== 'none', trouble);
  offload.use(using(null));
  await untilTrue(() => trouble() === 'none', trouble);
});
