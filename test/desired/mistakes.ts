import { type Files, node, problemsOf, smallFiles } from './site-files.ts';

export { node };

/** What the terminal shows for a small site with these files changed, led by the codes of the problems. */
export function shown(change: Files): string {
  const { codes, text } = problemsOf(smallFiles(change));
  return `[${codes.join(', ')}]\n${text}`;
}

/** The first lines of a document. */
export function head(kind: string, name: string): string {
  return `apiVersion: barewright.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\n`;
}

export function nodes(text: string): Files {
  return { 'inventory/nodes.yaml': text };
}

/** The one node with more lines in its spec. */
export function one(spec: string): Files {
  return nodes(node('n1', 11, spec));
}

export function site(spec: string): Files {
  return { 'inventory/site.yaml': `${head('Site', 'lab')}spec:\n${spec}` };
}

export function profile(stacks: string): Files {
  const spec = `spec:\n  os: { family: debian, release: bookworm }\n  stacks:\n${stacks}`;
  return { 'profiles/base.yaml': head('Profile', 'base') + spec };
}

export function stack(name: string, spec = '  os: [debian]\n'): Files {
  return {
    [`profiles/stacks/${name}/stack.yaml`]: `${head('Stack', name)}spec:\n${spec}`,
    [`profiles/stacks/${name}/apply.sh`]: '#!/bin/sh\n',
  };
}
