/** A real site repository in a temporary folder, edited the way people do: files, then a commit. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type NodeText, type SiteText, siteFiles } from './site-text.ts';

export const GIT_ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};

export async function aRepository(path: string, start: SiteText) {
  let text = start;
  const git = (...args: string[]) => execa('git', args, { cwd: path, env: GIT_ENV });

  function writeIn(file: string, content: string): void {
    const full = join(path, file);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
  }

  async function commitAll(message: string): Promise<string> {
    // One process to start for three: where many scenarios commit side by side, starting them is what costs.
    const script = 'git add -A && git commit -q --allow-empty -m "$0" && git rev-parse HEAD';
    return (await execa('sh', ['-c', script, message], { cwd: path, env: GIT_ENV })).stdout;
  }

  /** Writes the site with these changes, commits it, and returns the commit. */
  async function commit(change: Partial<SiteText>, message: string): Promise<string> {
    text = { ...text, ...change };
    rmSync(join(path, 'inventory/nodes'), { recursive: true, force: true });
    for (const [file, content] of siteFiles(text)) writeIn(file, content);
    return commitAll(message);
  }

  /** One node's text changed, the others as they are. */
  function withNode(name: string, change: Partial<NodeText>): Partial<SiteText> {
    return { nodes: text.nodes.map((node) => (node.name === name ? { ...node, ...change } : node)) };
  }

  mkdirSync(path, { recursive: true });
  await git('init', '-q', '-b', 'main');
  await commit({}, 'start');
  return { git, writeIn, commitAll, commit, withNode, text: () => text };
}
