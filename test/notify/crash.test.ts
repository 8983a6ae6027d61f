import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from '../builders/commit.ts';
import { aTold, drift, git, silent, toldTo } from './a-memory.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

describe('a crash', () => {
  it('between a message and its memory tells it again under the same id, and nothing else twice', () => {
    const told = aTold();
    const kept = told.memory;
    const events = told.hear(0, silent('sip-n1'), drift('7'));
    const first = told.tell(MINUTE);
    told.restart(kept, events);
    const again = told.tell(MINUTE + SECOND);
    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    const after = told.memory;
    told.restart(after, events);
    expect(told.tell(2 * MINUTE)).toEqual([]);
  });

  it('loses no end that is owed, and tells none that never began', () => {
    const told = aTold();
    told.hear(0, silent('sip-n1'));
    told.tell(MINUTE);
    told.restart(told.memory, []);
    told.end(2 * MINUTE, 'sip-n1');
    expect(told.tell(3 * MINUTE).map(({ kind }) => kind)).toEqual(['over']);
    told.hear(4 * MINUTE, silent('sip-n2'));
    told.end(4 * MINUTE + SECOND, 'sip-n2');
    expect(told.tell(10 * MINUTE)).toEqual([]);
  });

  it('between a message and its memory owes its end, if it is over by then; what was refused has none', () => {
    const told = aTold();
    told.hear(0, silent('sip-n1'));
    const [first] = told.tell(MINUTE, 'ops', 'unknown');
    told.restart(told.memory, []);
    const [again] = told.tell(MINUTE + SECOND, 'ops', 'unknown');
    expect([again?.kind, again?.id]).toEqual(['problem', first?.id]);
    told.restart(told.memory, []);
    told.end(2 * MINUTE, 'sip-n1');
    expect(told.tell(3 * MINUTE)).toMatchObject([
      { kind: 'over', count: 1, title: 'over: the BMC answers again (sip-n1)' },
    ]);
    expect(told.tell(4 * MINUTE)).toEqual([]);
    told.hear(5 * MINUTE, silent('sip-n2'));
    told.tell(6 * MINUTE, 'ops', 'refused');
    told.end(7 * MINUTE, 'sip-n2');
    expect(told.tell(20 * MINUTE)).toEqual([]);
  });

  it('while an end is told: what comes back then is told as another trouble; an end that was refused is told later', () => {
    const told = aTold();
    told.hear(0, silent('sip-n1'));
    const [first] = told.tell(MINUTE);
    told.end(2 * MINUTE, 'sip-n1');
    expect(told.tell(3 * MINUTE, 'ops', 'refused').map(({ kind }) => kind)).toEqual(['over']);
    const [over] = told.tell(4 * MINUTE, 'ops', 'unknown');
    told.restart(told.memory, []);
    told.hear(5 * MINUTE, silent('sip-n2'));
    const [again] = told.tell(6 * MINUTE);
    expect([over?.kind, again?.kind, again?.title]).toEqual(['over', 'problem', 'sip-n2: no answer in time']);
    expect(new Set([first?.id, over?.id, again?.id]).size).toBe(3);
  });

  it('ids differ from one time to the next', () => {
    const told = aTold();
    const ids = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const at = round * 20 * MINUTE;
      told.hear(at, git());
      for (const { id } of told.tell(at + MINUTE)) ids.add(id);
      told.end(at + 2 * MINUTE, 'repository');
      for (const { id } of told.tell(at + 3 * MINUTE)) ids.add(id);
    }
    expect(ids.size).toBe(6);
  });

  it('nothing is told before a daemon that has just started knows what is so', () => {
    const told = aTold();
    told.hear(0, git());
    expect(told.due(MINUTE, 'ops', T0 + 2 * MINUTE)).toMatchObject({ subjects: [], wakeAt: T0 + 2 * MINUTE });
  });
});

describe('whatever happens', () => {
  const anyStep = fc.oneof(
    fc.record({ do: fc.constant('down' as const), node: fc.nat(9), auth: fc.boolean() }),
    fc.record({ do: fc.constant('up' as const), node: fc.nat(9), auth: fc.constant(false) }),
    fc.record({
      do: fc.constant('wait' as const),
      node: fc.integer({ min: 1, max: 20 }),
      auth: fc.boolean(),
    }),
    // The daemon ends while it tells.
    fc.record({
      do: fc.constant('crash' as const),
      node: fc.integer({ min: 1, max: 20 }),
      auth: fc.boolean(),
    }),
  );

  it('a channel that listens hears of each trouble that lasts, hears its end once, and never too often', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), fc.boolean(), (steps, isCutShort) => {
        const told = aTold(toldTo({ atMost: 5 }));
        const open = new Set<string>();
        const heard = new Set<string>();
        let at = 0;
        const sent: number[] = [];
        const ids = new Set<string>();
        const listen = (outcome: 'taken' | 'unknown' = 'taken') => {
          for (const message of told.tell(at, 'ops', outcome)) {
            // What is told again after a crash is known by its id.
            if (ids.has(message.id)) continue;
            ids.add(message.id);
            if (outcome === 'taken') sent.push(at);
            for (const { kind, group } of message.parts.length > 0 ? message.parts : [message]) {
              if (kind === 'over') expect(heard.delete(group)).toBe(true);
              if (kind === 'problem') {
                expect(heard.has(group)).toBe(false);
                heard.add(group);
              }
            }
          }
        };
        for (const step of steps) {
          const node = `sip-n${step.node}`;
          if (step.do === 'wait' || step.do === 'crash') at += step.node * 15 * SECOND;
          else if (step.do === 'down') told.hear(at, silent(node, step.auth ? 'auth' : 'timeout'));
          else if (step.do === 'up') told.end(at, node);
          if (step.do === 'down') open.add(node);
          if (step.do === 'up') open.delete(node);
          listen(step.do === 'crash' ? 'unknown' : 'taken');
        }
        at += 60 * MINUTE;
        listen(isCutShort ? 'unknown' : 'taken');
        expect(heard.size > 0).toBe(open.size > 0);
        told.end(at, ...open);
        at += 60 * MINUTE;
        listen();
        expect(heard.size).toBe(0);
        for (const time of sent)
          expect(sent.filter((t) => t > time - 10 * MINUTE && t <= time).length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 2_000 },
    );
  });
});
