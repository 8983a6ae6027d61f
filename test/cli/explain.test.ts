import { expect, it } from 'vitest';
import type { Event } from '../../src/model/event.ts';
import type { Explanation } from '../../src/model/timeline.ts';
import { foldLines } from '../../src/timeline/fold-lines.ts';
import { aCommit, aState, T0 } from '../builders/node.ts';
import { ask, eventOf } from './ask.ts';

const after = foldLines([eventOf(300, 'n1', 'Stuck', 'no answer'), eventOf(420, 'n1', 'Stuck', 'no answer')]);

function explained(change: Partial<Explanation> = {}): Explanation {
  const state = aState('n1')
    .power('on', T0 - 60_000)
    .wants('docker', 2)
    .attempt({ n: 2, startedAt: T0 - 30_000 })
    .phase('installing', {
      ...{
        phaseSince: T0 - 20_000,
        deadline: T0 + 300_000,
        waitingFor: 'the installer to fetch its answers',
      },
    })
    .build();
  return {
    ...{ node: 'n1', at: T0, state, after, before: [], removedBefore: null },
    inForce: { commit: aCommit('abc'), since: T0 - 90_000, pullRequests: [7] },
    attempt: { n: 2, installId: 'i', startedAt: T0 - 30_000 },
    evidence: { ...eventOf(-10, 'n1', 'Resumed', 'boot script fetched') } as Event,
    ...change,
  };
}

it('tells where a node stood, why, and what came of it', async () => {
  const answers = { 'GET /nodes/n1/explain': explained() };
  const { stdout, api } = await ask(answers, ['explain', 'n1', '--at', '2m', '--utc']);
  expect(api.calls[0]?.url).toBe(`/nodes/n1/explain?at=${T0}`);
  expect(stdout).toBe(`\
n1 at 12:00:00 was installing, docker generation 2, attempt 2, since 11:59:40 (20s by then).

In force    abc0000000 by Thandi #7: Change abc, since 11:58:30
Waited for  the installer to fetch its answers; until 12:05:00 (5m were left)
Git said    docker generation 2
Wanted      docker generation 2 (profile base → docker), inventory/nodes/n1.yaml:6, abc0000000 Thandi
Power       on, last change seen 11:59:00
Seen last   11:59:50  boot script fetched

Then        12:05:00  no answer, 2 times in 2 min
`);
});

it('is honest where the journal does not tell', async () => {
  const change = {
    state: null,
    attempt: null,
    evidence: null,
    inForce: null,
    after: [],
    removedBefore: T0 + 1_000,
  };
  const { stdout } = await ask({ 'GET /nodes/n1/explain': explained(change) }, [
    'explain',
    'n1',
    '--at',
    '2m',
  ]);
  expect(stdout).toBe(`\
n1 was not in the inventory at 14:00:00.

In force    no commit

Events before 14:00:01 were removed, but for the ledger: what was seen earlier, and not again since, is not known.
`);
});
