import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/lab/history.ts';
import { aCommit, T0 } from '../builders/commit.ts';
import { anEvent } from '../builders/event.ts';
import { aTale } from './a-tale.ts';
import { checkEvidence } from './check-evidence.ts';
import { checkEvents, checkLog, checkSecrets } from './check-journal.ts';
import { checkLimits } from './check-limits.ts';
import { checkPower } from './check-power.ts';
import { checkRollout } from './check-rollout.ts';
import { checkWipes } from './check-wipes.ts';
import type { Breach } from './evidence.ts';

const said = (breaches: readonly Breach[]) => breaches.map(({ promise, node }) => `${promise} ${node}`);

describe('the check of wiped disks', () => {
  it('is content with a reinstall that a commit asked for', () => {
    const tale = aTale()
      .commit()
      .commit({ n1: { generation: 2 } });
    expect(checkWipes(tale.install('n1', 2).told())).toEqual([]);
  });

  it('finds a disk wiped without anybody having asked, or for another node', () => {
    const tale = aTale()
      .commit()
      .commit({ n1: { generation: 2 } });
    tale.install('n2', 2).wipe('n3', 'n1-2').attempt('n1', 2);
    expect(said(checkWipes(tale.told()))).toEqual(['2 n2', '6 n3']);
  });

  it('finds an install that Git had taken back before the installer had its answers', () => {
    const tale = aTale()
      .commit()
      .commit({ n1: { generation: 2 } })
      .attempt('n1', 2);
    tale
      .commit({ n1: { generation: 1 } })
      .answers('n1', 'n1-2')
      .wipe('n1', 'n1-2');
    expect(said(checkWipes(tale.told()))).toEqual(['2 n1']);
    const late = aTale()
      .commit()
      .commit({ n1: { generation: 2 } })
      .attempt('n1', 2)
      .answers('n1', 'n1-2');
    late.commit({ n1: { generation: 1 } }).wipe('n1', 'n1-2');
    expect(checkWipes(late.told())).toEqual([]);
  });

  it('finds an attempt that began while the node was protected or paused', () => {
    const guards = [{ isProtected: true }, { isPaused: true }];
    for (const guard of guards) {
      const tale = aTale()
        .commit()
        .commit({ n1: { generation: 2, ...guard } })
        .attempt('n1', 2);
      expect(said(checkWipes(tale.wipe('n1', 'n1-2').told()))).toEqual(['2 n1']);
    }
    const person = aTale()
      .commit()
      .commit({ n1: { generation: 2 } });
    person.say(anEvent('n1', 'Paused', { why: '', until: null }));
    expect(said(checkWipes(person.install('n1', 2).told()))).toEqual(['2 n1']);
    const late = aTale()
      .commit()
      .commit({ n1: { generation: 2 } })
      .attempt('n1', 2);
    late
      .commit({ n1: { isProtected: true } })
      .answers('n1', 'n1-2')
      .wipe('n1', 'n1-2');
    expect(said(checkWipes(late.told()))).toEqual(['2 n1']);
  });

  it('finds a disk wiped of which nobody knew what it carried', () => {
    const tale = () =>
      aTale()
        .commit()
        .say(anEvent('n1', 'NodeFound', { profile: 'base', generation: 1 }));
    const raised = { n1: { generation: 2 } };
    expect(said(checkWipes(tale().commit(raised).install('n1', 2).told()))).toEqual(['2 n1']);
    expect(checkWipes(tale().commit(raised).report('n1').install('n1', 2).told())).toEqual([]);
    expect(checkWipes(tale().commit(raised).release('n1').install('n1', 2).told())).toEqual([]);
  });

  it('finds more reinstalls of one commit than are allowed without an approval', () => {
    const two = { n1: { generation: 2 }, n2: { generation: 2 } };
    expect(said(checkWipes(aTale().commit().commit(two).install('n1', 2).told()))).toEqual(['5 n1']);
    expect(checkWipes(aTale().commit().commit(two).release('n1').install('n1', 2).told())).toEqual([]);
  });

  it('finds more wipes than attempts', () => {
    const tale = aTale()
      .commit()
      .commit({ n1: { generation: 2 } });
    for (const id of ['a', 'b', 'c']) tale.attempt('n1', 2, id).answers('n1', id).wipe('n1', id);
    expect(said(checkWipes(tale.told()))).toEqual(['5 n1']);
    const retried = aTale()
      .commit()
      .commit({ n1: { generation: 2 } });
    for (const id of ['a', 'b', 'c']) retried.attempt('n1', 2, id).answers('n1', id).wipe('n1', id);
    expect(checkWipes(retried.say(anEvent('n1', 'RetryRequested', {})).told())).toEqual([]);
  });
});

describe('the check of limits', () => {
  const on = () => aTale().commit().power('n1', 'on').power('n2', 'on').power('n3', 'on');

  it('counts installs at once', () => {
    expect(checkLimits(on().attempt('n1', 2).told())).toEqual([]);
    expect(said(checkLimits(on().attempt('n1', 2).attempt('n2', 2).told()))).toEqual(['5 n2']);
  });

  it('counts an install that Git took back for as long as its installer may write', () => {
    const answered = () => on().attempt('n1', 2).answers('n1', 'n1-2');
    const unwanted = anEvent('n1', 'InstallUnwanted', { why: 'taken back' });
    expect(said(checkLimits(answered().say(unwanted).attempt('n2', 2).told()))).toEqual(['5 n2']);
    expect(checkLimits(answered().report('n1').say(unwanted).attempt('n2', 2).told())).toEqual([]);
  });

  it('counts the others of the pool that are, or may be, out of service', () => {
    expect(checkLimits(on().power('n2', 'off').attempt('n1', 2).told())).toEqual([]);
    const gone = on().power('n2', 'off');
    gone.say(anEvent('n3', 'BmcUnreachable', { kind: 'timeout' })).attempt('n1', 2);
    expect(said(checkLimits(gone.told()))).toEqual(['5 n1']);
  });

  it('counts attempts', () => {
    const tale = on();
    for (let i = 0; i < 3; i++) {
      tale.attempt('n1', 2);
      tale.say(
        anEvent('n1', 'PhaseEntered', { phase: 'held', from: 'booting', waitingFor: '', deadline: null }),
      );
    }
    expect(said(checkLimits(tale.told()))).toEqual(['5 n1']);
  });
});

describe('the check of power commands', () => {
  it('finds a command on the strength of an unknown state, and one in vain', () => {
    const tale = aTale().commit().intent('n1', 'on').power('n2', 'on').intent('n2', 'on');
    expect(said(checkPower(tale.told()))).toEqual(['9 n1', '8 n2']);
  });

  it('finds a hard command repeated at once without a reading', () => {
    const off = () => aTale().commit().power('n1', 'on').intent('n1', 'off');
    expect(said(checkPower(off().intent('n1', 'off').told()))).toEqual(['8 n1']);
    expect(checkPower(off().power('n1', 'on').intent('n1', 'off').told())).toEqual([]);
  });

  it('finds a command that the journal does not know of', () => {
    const off: HistoryEntry = { kind: 'power', command: 'off', effect: 'done', at: T0 };
    const evidence = { ...aTale().commit().told(), histories: new Map([['n1', [off]]]) };
    expect(said(checkPower(evidence))).toEqual(['8 n1']);
  });
});

describe('the check of rollouts', () => {
  const target = (generation: number) => ({
    ...{ profile: 'base', generation, commit: 'c', asked: aCommit('abc'), change: '', together: 1 },
    ...{ cause: { file: '', line: 0, column: 0 }, first: false },
  });
  const begins = (tale: ReturnType<typeof aTale>, node: string) =>
    tale.say(anEvent(node, 'AttemptStarted', { attempt: 1, installId: `${node}-2`, target: target(2) }));
  const settles = (tale: ReturnType<typeof aTale>, node: string) => {
    const record = { installId: `${node}-2`, profile: 'base', generation: 2, installDigest: '', commit: 'c' };
    return tale.say(anEvent(node, 'InstallSettled', { record, durationMs: 1 }));
  };
  const fails = (tale: ReturnType<typeof aTale>, node: string) =>
    tale.say(anEvent(node, 'AttemptFailed', { attempt: 1, why: 'no', missing: 'installed', retryAt: null }));
  function asked() {
    const tale = aTale().commit();
    for (const node of ['n1', 'n2', 'n3']) tale.say(anEvent(node, 'InstallWanted', { target: target(2) }));
    return begins(tale, 'n1');
  }

  it('finds a second node that did not wait for the canary', () => {
    expect(said(checkRollout(begins(asked(), 'n2').told()))).toEqual(['5 n2']);
    expect(checkRollout(begins(settles(asked(), 'n1'), 'n2').told())).toEqual([]);
  });

  it('finds a node that began although the rollout had halted, unless it was approved since', () => {
    const halted = () =>
      fails(begins(settles(asked(), 'n1'), 'n2'), 'n2').say(anEvent('n1', 'Stuck', { why: '' }));
    expect(checkRollout(begins(halted(), 'n3').told())).toEqual([]);
    const both = () => fails(begins(fails(begins(asked(), 'n2'), 'n1'), 'n2'), 'n2');
    expect(said(checkRollout(begins(both(), 'n3').told()))).toContain('5 n3');
    const approved = both().say(anEvent('n3', 'InstallApproved', { digest: null, why: '' }));
    const texts = checkRollout(begins(approved, 'n3').told()).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('had failed'))).toEqual([]);
  });
});

describe('the check of evidence', () => {
  it('finds an installer handed out to a node that was disarmed, and answers of another attempt', () => {
    const tale = aTale()
      .commit()
      .attempt('n1', 2)
      .say(anEvent('n1', 'Disarmed', { installId: 'n1-2', why: '' }));
    tale.say(anEvent('n1', 'BootScriptServed', { answer: 'installer', address: '' }));
    tale.attempt('n2', 2).answers('n2', 'older');
    expect(said(checkEvidence(tale.told()))).toEqual(['6 n1', '6 n2']);
  });

  it('finds a node settled without a report', () => {
    const record = { installId: 'n1-2', profile: 'base', generation: 2, installDigest: '', commit: '' };
    const tale = aTale()
      .commit()
      .say(anEvent('n1', 'InstallSettled', { record, durationMs: 1 }));
    expect(said(checkEvidence(tale.told()))).toEqual(['7 n1']);
  });
});

describe('the checks of the journal and the log', () => {
  it('find an event without a message, and a gap', () => {
    const { events } = aTale().commit().commit().commit().told();
    const [first, , third] = events;
    if (!first || !third) throw new Error('no events');
    expect(checkEvents({ events })).toEqual([]);
    expect(checkEvents({ events: [{ ...first, message: ' ' }, third] })).toHaveLength(2);
  });

  it('find defects and secrets, and do not tell the secret', () => {
    expect(checkLog(['{"level":30}', '{"level":50}', '{"level":40,"reason":"Defect"}'])).toHaveLength(2);
    const [breach, ...more] = checkSecrets(
      new Set(['hunter2', 'unseen']),
      new Map([['log', 'pass hunter2']]),
    );
    expect(more).toEqual([]);
    expect(breach?.text).toContain('stands in the log');
    expect(breach?.text).not.toContain('hunter2');
  });
});
