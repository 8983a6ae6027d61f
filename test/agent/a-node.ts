/** An installed system below a temporary root, whose agent speaks to a daemon on loopback. */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Stack } from '../../src/model/desired.ts';
import { aTempDir } from '../builders/temp-dir.ts';
import { aDaemon, type DaemonWish } from './a-daemon.ts';
import { putFiles } from './a-target.ts';

/** Everything the agent and small scripts run, but no program that speaks HTTP. */
const PROGRAMS =
  'sh base64 bash cat chmod cmp cp cut date env flock getconf grep head kill mkdir mv readlink rm sed sha256sum sleep sync tail tar timeout touch tr true uname wc';

/** A stack of these files; `apply.sh` and `check.sh` get the first line they need. */
export function aStack(
  name: string,
  files: Record<string, string>,
  change: Partial<Stack['spec']> = {},
): Stack {
  const content = (path: string, text: string) =>
    Buffer.from(path.endsWith('.sh') ? `#!/bin/sh\nset -eu\n${text}\n` : text);
  return {
    name,
    spec: change,
    digest: JSON.stringify(files),
    files: Object.entries(files).map(([path, text]) => ({ path, content: content(path, text) })),
  };
}

export interface Wish extends DaemonWish {
  /** How it speaks HTTP: the only one of its programs that can. */
  transport?: 'curl' | 'wget' | 'bash';
  /** Instead of the key that the daemon gave it. */
  key?: string;
}

export async function aNodeWithAgent(wish: Wish = {}) {
  const root = aTempDir();
  const daemon = await aDaemon(wish);
  putFiles(root, daemon.files('127.0.0.1', wish.key));
  const bin = join(root, 'bin');
  mkdirSync(bin);
  for (const program of [...PROGRAMS.split(' '), wish.transport ?? 'curl']) link(bin, program);

  const at = (path: string) => join(root, path);
  const env = {
    BW_LIB: at('usr/local/lib/barewright'),
    BW_ETC: at('etc/barewright'),
    BW_STATE: at('state'),
    BW_RUN: at('run'),
    BW_LOG: at('log'),
    BW_PATH: bin,
    BW_TRIES: '2',
    HERE: root,
    SSH: at('ssh'),
  };

  /** One run of the agent; `interrupt` is told its process. */
  function run(
    interrupt: (kill: () => void) => void = () => {},
  ): Promise<{ status: number | null; said: string }> {
    const child = spawn('/bin/sh', [at('usr/local/lib/barewright/agent')], { env, detached: true });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    interrupt(() => process.kill(-(child.pid ?? 0), 'SIGKILL'));
    return new Promise((resolve) => child.on('close', (status) => resolve({ status, said })));
  }

  return {
    root,
    at,
    ...daemon,
    run,
    restart: () => rmSync(at('run'), { recursive: true }),
    text: (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : null),
  };
}

function link(bin: string, program: string): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const folder = folders.find((candidate) => existsSync(join(candidate, program)));
  if (folder === undefined) throw new Error(`there is no ${program}`);
  if (!existsSync(join(bin, program))) symlinkSync(join(folder, program), join(bin, program));
}
