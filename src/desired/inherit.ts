/** What a node is after inheritance: its own word first, then its pool's, then the site's, then what is built in. */

import type { NodeSources } from '../model/node-sources.ts';
import type { SourceRef } from '../model/problem.ts';
import type { BootLoader, Firmware, NodeDefaults, PowerWish } from '../model/site.ts';
import type { Placed } from './gather.ts';
import type { Marks } from './parse-file.ts';
import type { Located } from './report.ts';

export interface Effective {
  power: PowerWish;
  firmware: Firmware;
  bootLoader: BootLoader;
  /** Null when nobody names one. */
  profile: string | null;
  generation: number;
  credentials: string | null;
  sources: Omit<NodeSources, 'definition'>;
}

/** Takes the node's pool and the site where they are known. What is built in counts as written at the node. */
export function inherit(
  node: Placed<'Node'>,
  pool: Placed<'Pool'> | undefined,
  site: Placed<'Site'> | undefined,
): Effective {
  const { bmc, ...own } = node.spec;
  const levels: [Located, NodeDefaults][] = [[node, own]];
  if (pool?.spec.defaults) levels.push([pool, pool.spec.defaults]);
  if (site?.spec.defaults) levels.push([site, site.spec.defaults]);

  function value<T>(read: (level: NodeDefaults) => T | undefined): T | undefined {
    for (const [, level] of levels) {
      const found = read(level);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  function source(mark: Exclude<keyof Marks, 'self'>): SourceRef {
    for (const [{ file, document }] of levels) {
      const position = document.marks[mark];
      if (position) return { file, ...position };
    }
    return self;
  }

  const { marks } = node.document;
  const self: SourceRef = { file: node.file, ...marks.self };
  return {
    power: value((level) => level.power) ?? 'on',
    firmware: value((level) => level.firmware) ?? 'uefi',
    bootLoader: value((level) => level.bootLoader) ?? 'ipxe',
    profile: value((level) => level.install?.profile) ?? null,
    generation: value((level) => level.install?.generation) ?? 1,
    credentials: bmc?.credentials ?? value((level) => level.bmc?.credentials) ?? null,
    sources: {
      node: self,
      pool: marks.profile === null && marks.pool ? { file: node.file, ...marks.pool } : null,
      profile: source('profile'),
      generation: source('generation'),
      power: source('power'),
    },
  };
}
