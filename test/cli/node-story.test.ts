import { describe, expect, it } from 'vitest';
import { nodeStory } from '../../src/cli/node-story.ts';
import { timesOf } from '../../src/cli/times.ts';
import type { Event, EventData, Reason } from '../../src/model/event.ts';
import { PLAIN } from '../../src/plan/paint.ts';
import { anEvent } from '../builders/event.ts';
import { aCommit, aNode, aState, T0 } from '../builders/node.ts';
import { aView } from '../builders/view.ts';

const times = timesOf({ now: () => T0 + 120_000, timeZone: 'Etc/UTC' });
const options = { times, paint: PLAIN };

function at<R extends Reason>(seconds: number, reason: R, data: EventData[R], message: string): Event {
  const event = anEvent('sip-n01', reason, data, { message, commit: aCommit('abc').id });
  return { ...event, id: seconds, time: T0 + seconds * 1000, phase: 'installing', attempt: 1 };
}

describe('nodeStory', () => {
  it('tells what an installing node waits for, and how it came here', () => {
    const progress = { step: 'partitioning', percent: 40, at: T0 };
    const state = aState('sip-n01')
      .power('on', T0 + 100_000)
      .installed('base')
      .wants('docker', 2)
      .attempt({ n: 2, answersAt: T0, progress })
      .with({ record: null })
      .phase('installing', {
        phaseSince: T0 + 60_000,
        deadline: T0 + 600_000,
        waitingFor: 'the installer to report that it is done',
      });
    const served = { op: 'on' as const };
    const story = nodeStory(
      aView(state, aNode('sip-n01').profile('docker', 2)),
      [
        at(10, 'PowerIntent', served, 'sending: on'),
        at(20, 'PowerIntent', served, 'sending: on'),
        at(30, 'PowerIntent', served, 'sending: on'),
        at(60, 'AnswersServed', { installId: 'i', address: '10.0.0.1' }, 'answers fetched'),
      ],
      options,
    );
    expect(story).toBe(`\
sip-n01 is installing docker generation 2 (attempt 2 of 3, partitioning 40 %), since 12:01:00 (1m ago).

Waits for  the installer to report that it is done; gives up 12:10:00 (in 8m)
Next       after that, attempt 3 of 3

Power      on, read 20s ago; Git says on
BMC        ipmi://10.218.128.1, answers
Carries    not known: it has reported no install
Wants      docker generation 2 (profile base → docker), inventory/nodes/sip-n01.yaml:6, abc0000000 Thandi
Git says   docker generation 2, pool sip, power on, uefi, 52:54:00:da:00:01 10.218.0.1 (inventory/nodes/sip-n01.yaml:1)

  CONDITION       STATUS   REASON        SINCE      MESSAGE
  Ready           False    NotSettled    12:01:00   it is installing
  Reconciling     True     Installing    12:01:00   waits for the installer to report that it is done
  Stalled         False    NotStalled    12:01:00
  Paused          False    NotPaused     -
  Reachable       True     Answers       12:00:00   its BMC answers
  PowerInSync     True     AsDeclared    12:01:40   power is on
  InstallInSync   False    DiskTouched   12:00:00   an install has begun and not ended

  LAST EVENTS   PHASE        BY       COMMIT       MESSAGE
  12:00:10      installing   daemon   abc0000000   sending: on, 3 times in 20 s
  12:01:00      installing   daemon   abc0000000   answers fetched
`);
  });

  it('is short where nothing is to tell', () => {
    const story = nodeStory(aView(aState('n1').power('on').installed('base').settled()), [], options);
    expect(story.split('\n')[0]).toBe('n1 is settled on base generation 1, since 12:00:00 (2m ago).');
    expect(story).not.toContain('Waits for');
    expect(story).not.toContain('LAST EVENTS');
  });

  it('says of a refused account what tries it again', () => {
    const of = (kind: 'auth' | 'timeout') =>
      nodeStory(aView(aState('n1').installed('base').settled().unreachable(kind)), [], options);
    expect(of('auth')).toMatch(
      /BMC +ipmi:\S+ refuses the account since .*; tried again when the secret changes, or by: barewright reconcile n1\n/,
    );
    expect(of('timeout')).toMatch(/BMC +ipmi:\S+ has not answered since /);
  });

  it('says why a node is left alone', () => {
    const state = aState('n1')
      .power('off')
      .installed('base')
      .settled()
      .paused('fan', T0 + 3_600_000);
    const story = nodeStory(aView(state, aNode('n1').paused('moved').protected()), [], options);
    expect(story).toContain('Paused     in Git: moved; by thandi: fan, until 13:00:00 (in 58m)\n');
    expect(story).toContain('Protected  holds data\n');
    expect(story).toContain('Power      off, read 2m ago; Git says on\n');
  });
});
