import { describe, expect, it } from 'vitest';
import type { Event, EventData, InstallTarget, Reason } from '../../src/model/event.ts';
import { foldLines } from '../../src/timeline/fold-lines.ts';
import { chaptersOf, installsOf } from '../../src/timeline/timeline.ts';
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
    const chapters = chaptersOf([
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
    expect(installsOf(chapters)).toMatchObject([
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
    expect(chaptersOf([])).toEqual([]);
  });
});

describe('a timeline', () => {
  const phase = (name: 'booting' | 'installing', from: 'arming' | 'booting') => ({
    ...{ phase: name, from, waitingFor: `the end of ${name}`, deadline: null },
  });
  const on = { state: 'on', previous: 'off' } as const;

  it('has a chapter for each install and for what was between, with phases and pull requests', () => {
    const chapters = chaptersOf(
      [
        at(0, 'PowerObserved', on),
        at(10, 'InstallWanted', { target }),
        at(20, 'AttemptStarted', { attempt: 1, installId: 'a', target }),
        at(21, 'PhaseEntered', phase('booting', 'arming')),
        at(25, 'PowerObserved', on),
        at(81, 'PhaseEntered', phase('installing', 'booting')),
        at(90, 'AnswersServed', { installId: 'a', address }),
        at(300, 'InstallSettled', { record: aRecord('docker', 2), durationMs: 280_000 }),
        at(400, 'Paused', { why: 'fan', until: null }),
      ],
      (commit) => (commit === target.commit ? [7] : []),
    );
    expect(chapters.map(({ install, lines }) => [install?.outcome, lines.length])).toEqual([
      [undefined, 1],
      ['settled', 7],
      [undefined, 1],
    ]);
    expect(chapters[1]).toMatchObject({
      since: T0 + 10_000,
      until: T0 + 400_000,
      install: {
        pullRequests: [7],
        attempts: [
          {
            installId: 'a',
            evidence: [{ what: 'power on' }, { what: 'answers fetched', at: T0 + 90_000 }],
            phases: [
              { phase: 'booting', waitedFor: 'the end of booting', since: T0 + 21_000, until: T0 + 81_000 },
              { phase: 'installing', since: T0 + 81_000, until: T0 + 300_000 },
            ],
          },
        ],
      },
    });
  });

  it('says why an install was dropped, and begins anew after a stuck one', () => {
    const chapters = chaptersOf([
      at(1, 'InstallWanted', { target }),
      at(2, 'InstallUnwanted', { why: 'the commit was taken back' }),
      at(3, 'AttemptStarted', { attempt: 1, installId: 'a', target }),
      at(4, 'Stuck', { why: 'the attempts are used up' }),
      at(5, 'RetryRequested', {}),
      at(6, 'AttemptStarted', { attempt: 1, installId: 'b', target }),
    ]);
    expect(chapters.map(({ install }) => [install?.outcome, install?.why])).toEqual([
      ['dropped', 'the commit was taken back'],
      ['stuck', 'the attempts are used up'],
      ['under way', ''],
    ]);
  });

  it('loses no event to its folding: every one is counted in the line of its place', () => {
    const said = [1, 2, 2, 2, 3, 2].map((n, i) => at(i, 'Stuck', { why: `${n}` }));
    const events = said.map((event) => ({ ...event, message: `${'why' in event.data && event.data.why}` }));
    const other = { ...at(9, 'Stuck', { why: '' }), node: 'n2' };
    const lines = foldLines([...events.slice(0, 3), other, ...events.slice(3)]);
    expect(lines.map(({ first, last, count }) => [first.id, last.id, count])).toEqual([
      [0, 0, 1],
      [1, 3, 3],
      [9, 9, 1],
      [4, 4, 1],
      [5, 5, 1],
    ]);
  });
});
