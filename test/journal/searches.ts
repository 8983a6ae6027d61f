/** What can be searched for among some events, and what is found. */

import type { EventFilter } from '../../src/model/journal.ts';
import { anEvent } from '../builders/event.ts';

export const MANY = Array.from({ length: 400 }, (_, n) => `m${n}`);
const COMMIT = '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d';
export const SAID = [
  anEvent('sip-n01', 'Stuck', { why: '' }, { message: 'The answers were fetched, the power is on.' }),
  anEvent(
    'sip-n011',
    'Stuck',
    { why: '' },
    { message: 'Power still on; answers not fetched.', actor: 'thandi' },
  ),
  anEvent('sip-n02', 'Resumed', {}, { message: 'Seen: 52:54:00:AB:01:11 at 10.10.0.11.', commit: COMMIT }),
  anEvent(
    null,
    'DaemonStarted',
    { version: '1' },
    { message: 'Größe der „Platte“ ÄÖ: 10.10.0.112, fd00:10::1b' },
  ),
];

/** Words, prefixes, phrases, addresses and names; and nothing that anybody can write is an error. */
export const SEARCHES: [EventFilter, number[]][] = [
  [{ text: 'answers fetched' }, [1, 2]],
  [{ text: 'FETCHED  Answers' }, [1, 2]],
  [{ text: '"power is on"' }, [1]],
  [{ text: '"power on"' }, []],
  [{ text: '"is on' }, [1]],
  [{ text: 'pow fet' }, [1, 2]],
  [{ text: '"pow"' }, []],
  [{ text: 'ower' }, []],
  [{ text: 'sip-n01' }, [1, 2]],
  [{ text: '"sip-n01"' }, [1]],
  [{ text: 'sip-n0', limit: 2 }, [2, 3]],
  [{ text: 'sip-n0', after: 1, limit: 1 }, [2]],
  [{ text: '52:54:00:ab' }, [3]],
  [{ text: '52-54-00-AB-01-11' }, [3]],
  [{ text: '10.10.0.11' }, [3, 4]],
  [{ text: '"10.10.0.11"' }, [3]],
  [{ text: 'fd00:10::1b' }, [4]],
  [{ text: '1a2b3c4' }, [3]],
  [{ text: '2b3c4d' }, []],
  [{ text: 'thandi stuck' }, [2]],
  [{ text: 'DaemonStarted' }, [4]],
  [{ text: 'größe äö' }, [4]],
  [{ text: 'power', node: 'sip-n01' }, [1]],
  [{ text: 'power', nodes: ['sip-n011', 'sip-n02'] }, [2]],
  [{ text: 'power', nodes: [...MANY, 'sip-n01'] }, [1]],
  [{ text: 'power', reasons: ['Stuck', 'Paused'], actor: 'thandi', until: 1 }, [2]],
  [{ text: 'seen', commit: '1a2b' }, [3]],
  [{ text: 'seen', commit: '2b' }, []],
  [{ text: '' }, [1, 2, 3, 4]],
  [{ text: ' "" -- * ( ' }, [1, 2, 3, 4]],
  [{ text: 'power OR seen' }, []],
  [{ text: 'NOT power' }, [2]],
  [{ text: 'message:power' }, []],
  [{ text: 'NEAR(power on)' }, []],
  [{ text: 'power* AND {' }, []],
  [{ text: `power' OR 1=1 --` }, []],
  [{ text: 'power\0"on' }, [1, 2]],
];
