import { describe, expect, it } from 'vitest';
import { installsOf } from '../../src/cli/install-history.ts';
import type { Event, EventData, InstallTarget, Reason } from '../../src/model/event.ts';
import { anEvent } from '../builders/event.ts';
import { aCommit, aRecord, T0 } from '../builders/node.ts';

const target: InstallTarget = {
  ...{ profile: 'docker', generation: 2, commit: aCommit('abc').id, asked: aCommit('abc') },
  ...{ cause: { file: 'n1.yaml', line: 6, column: 3 }, change: 'generation 1 → 2' },
  ...{ together: 1, first: false },
};
const address = '10.0.0.1';

function at<R extends Reason>(seconds: number, reason: R, data: EventData[R]): Event {
  return { ...anEvent('n1', reason, data), id: seconds, time: T0 + seconds * 1000, phase: null, attempt: 1 };
}

describe('installsOf', () => {
  it('groups attempts to installs, with the evidence of each', () => {
    const installs = installsOf([
      at(0, 'AnswersServed', { installId: 'older', address }),
      at(1, 'AttemptStarted', { attempt: 1, installId: 'a', target }),
      at(60, 'BootScriptServed', { answer: 'installer', address }),
      at(300, 'AttemptFailed', { attempt: 1, why: 'no answers fetched', missing: 'answers', retryAt: null }),
      at(310, 'AttemptStarted', { attempt: 2, installId: 'b', target }),
      at(370, 'AnswersServed', { installId: 'b', address }),
      at(371, 'AnswersServed', { installId: 'b', address }),
      at(600, 'InstallSettled', { record: aRecord('docker', 2), durationMs: 290_000 }),
      at(900, 'AttemptStarted', { attempt: 1, installId: 'c', target: { ...target, generation: 3 } }),
      at(950, 'Stuck', { why: 'the attempts are used up' }),
    ]);
    expect(installs).toMatchObject([
      {
        outcome: 'settled',
        endedAt: T0 + 600_000,
        attempts: [
          { n: 1, outcome: 'failed', why: 'no answers fetched', evidence: [{ what: 'boot script fetched' }] },
          { n: 2, outcome: 'settled', evidence: [{ what: 'answers fetched', at: T0 + 370_000 }] },
        ],
      },
      { outcome: 'stuck', attempts: [{ outcome: 'under way', endedAt: null }] },
    ]);
  });

  it('knows nothing of a node without installs', () => {
    expect(installsOf([])).toEqual([]);
  });
});
