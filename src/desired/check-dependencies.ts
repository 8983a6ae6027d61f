/** What nodes and pools depend on: that it is there, and that nothing waits for itself. */

import type { Kind } from '../model/site.ts';
import type { References } from './check-references.ts';
import { dependencyOf } from './dependencies.ts';
import type { Gathered, Placed } from './gather.ts';
import type { Report } from './report.ts';
import type { Path } from './yaml-positions.ts';

const KIND_OF = { node: 'Node', pool: 'Pool', image: 'Image' } satisfies Record<string, Kind>;

type Declaring = Placed<'Node'> | Placed<'Pool'>;

/** A dependency, and where it is written. */
interface Edge {
  to: string;
  /** Null from a pool to its nodes, which nobody writes. */
  at: { where: Declaring; path: Path } | null;
}

export function checkDependencies(gathered: Gathered, references: References, report: Report): void {
  const { Node, Pool } = gathered.sound;
  for (const where of [...Pool.values(), ...Node.values()]) {
    for (const { to, at } of written(where)) {
      const found = dependencyOf(to);
      if (at && found) references.document(at.where, at.path, KIND_OF[found.kind], found.name);
    }
  }
  checkCircles(gathered, report);
}

function written(where: Declaring): Edge[] {
  const { dependsOn = [] } = where.spec;
  return dependsOn.map((to, index) => ({ to, at: { where, path: ['spec', 'dependsOn', index] } }));
}

/** Something on the way that is being looked at, and the dependencies of it that were not yet. */
interface Visit {
  name: string;
  by: Edge | null;
  left: Edge[];
}

/** Looks at everything once, depth first, however long a chain is. Of what one line leads to, one circle is said. */
function checkCircles(gathered: Gathered, report: Report): void {
  const edgesOf = graphOf(gathered);
  const seen = new Set<string>();
  const open = new Set<string>();
  const said = new Set<string>();
  for (const start of gathered.sound.Node.keys()) {
    const way: Visit[] = [];
    enter(`node/${start}`, null, way);
    for (let last = way.at(-1); last; last = way.at(-1)) {
      const edge = last.left.shift();
      if (!edge) {
        open.delete(last.name);
        way.pop();
      } else if (open.has(edge.to)) sayCircle(way, edge, said, report);
      else enter(edge.to, edge, way);
    }
  }

  function enter(name: string, by: Edge | null, way: Visit[]): void {
    if (seen.has(name)) return;
    seen.add(name);
    open.add(name);
    way.push({ name, by, left: [...edgesOf(name)] });
  }
}

function sayCircle(way: readonly Visit[], last: Edge, said: Set<string>, report: Report): void {
  const circle = way.slice(way.findIndex(({ name }) => name === last.to));
  const edges = [...circle.slice(1).map(({ by }) => by), last];
  const at = edges.findLast((edge) => edge?.at)?.at;
  if (!at) return;
  const place = report.place(at.where, at.path);
  if (said.has(place)) return;
  said.add(place);
  const names = [...circle.map(({ name }) => name), last.to];
  const message = `this waits for itself: ${names.join(' → ')}`;
  const hint = 'Take one of these dependencies out; an arrow from a pool leads to its nodes.';
  report.at(at.where, at.path, { code: 'schema', message, hint });
}

function graphOf({ sound: { Node, Pool } }: Gathered): (name: string) => Edge[] {
  const members = new Map<string, Edge[]>();
  for (const { name, spec } of Node.values()) {
    const edges = members.get(spec.pool) ?? [];
    edges.push({ to: `node/${name}`, at: null });
    members.set(spec.pool, edges);
  }
  return (text) => {
    const { kind, name } = dependencyOf(text) ?? { kind: 'image', name: '' };
    if (kind === 'pool') return members.get(name) ?? [];
    const node = kind === 'node' ? Node.get(name) : undefined;
    const pool = node && Pool.get(node.spec.pool);
    return [...(node ? written(node) : []), ...(pool ? written(pool) : [])];
  };
}
