import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const texts = new Map<string, string>();
for (const folder of ['src', 'test', 'tools']) {
  for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (/(?<!\.d)\.(ts|mjs)$/.test(file))
      texts.set(join(folder, file), readFileSync(join(root, folder, file), 'utf8'));
  }
}

/** Started by a person, by npm, by vitest or as a child process: nothing imports them. */
const ENTRY =
  /^(src\/main\.ts|src\/lab\/qemu\/rack-process\.ts|tools\/.*|test\/.*\.test\.ts|test\/(faults|bench)\/run\.ts|test\/.*(-child|\/children\/.*|\/writer)\.ts)$/;

const IMPORT =
  /(?:import|export)\s+(?:type\s+)?(?:\{([^}]*)\}|[\w*\s,{}]+)?\s*(?:from\s+)?'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g;

/** File → names that others import from it; `*` where a whole module is taken. */
const imported = new Map<string, Set<string>>();
for (const [file, text] of texts) {
  for (const [, names, from, dynamic] of text.matchAll(IMPORT)) {
    const target = normalize(join(dirname(file), from ?? dynamic ?? ''));
    const taken = imported.get(target) ?? new Set();
    for (const name of (names ?? '*').split(',')) {
      taken.add(
        name
          .replace(/\btype\b/, '')
          .split(/\bas\b/)[0]
          ?.trim() ?? '',
      );
    }
    imported.set(target, taken);
  }
}

describe('dead code', () => {
  it('every file is imported or started', () => {
    expect(texts.size).toBeGreaterThan(200);
    const dead = [...texts.keys()].filter((file) => !ENTRY.test(file) && !imported.has(file));
    expect(dead).toEqual([]);
  });

  it('every exported name is used by another file, or again in its own', () => {
    const dead = [...texts].flatMap(([file, text]) => {
      const taken = imported.get(file);
      if (ENTRY.test(file) || taken?.has('*')) return [];
      const exports = text.matchAll(
        /^export\s+(?:async\s+)?(?:function\*?|const|class|interface|type)\s+(\w+)/gm,
      );
      return [...exports]
        .map(([, name = '']) => name)
        .filter(
          (name) => !taken?.has(name) && [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length < 2,
        )
        .map((name) => `${file}: ${name}`);
    });
    expect(dead).toEqual([]);
  });

  it('every package of package.json is imported, and every imported package is in it', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    // The programs of Node.js itself are optional too, and nobody imports them.
    const optional = Object.keys(manifest.optionalDependencies).filter(
      (name) => !name.startsWith('node-linux-'),
    );
    const listed = [...Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }), ...optional];
    /** Run as programs, or types only. */
    const programs = new Set(['@biomejs/biome', '@types/dockerode', '@types/node', 'typescript', 'vitest']);
    const used = new Set<string>();
    for (const text of texts.values()) {
      for (const [, name = ''] of text.matchAll(
        /(?:^import\s[^;]*?from\s+|^} from |import\(\s*)'([^.'][^']*)'/gm,
      )) {
        if (!name.startsWith('node:'))
          used.add(
            name
              .split('/')
              .slice(0, name.startsWith('@') ? 2 : 1)
              .join('/'),
          );
      }
    }
    expect(listed.filter((name) => !used.has(name) && !programs.has(name))).toEqual([]);
    expect([...used].filter((name) => !listed.includes(name))).toEqual([]);
  });
});
