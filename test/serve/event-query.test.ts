import { describe, expect, it } from 'vitest';
import { aControlPlane } from '../builders/control-plane.ts';
import { anEvent, found } from '../builders/event.ts';

const MEMBERS = new Map([
  ['sip-n01', 'sip'],
  ['sip-n02', 'sip'],
  ['db-n01', 'database'],
]);

async function aLog() {
  const plane = aControlPlane({}, { members: () => MEMBERS, node: () => null });
  await plane.journal.append([
    found('sip-n01'),
    found('db-n01'),
    anEvent('sip-n02', 'Stuck', { why: 'x' }, { message: 'It has used up 3 attempts.', commit: 'c0ffee11' }),
    anEvent('old-n01', 'NodeReleased', {}),
  ]);
  const ids = async (query: string) =>
    (await plane.get(`/api/v1/events?${query}`)).json().map(({ id }: { id: number }) => id);
  const refusal = async (path: string) => (await plane.get(path)).json().error;
  return { ...plane, ids, refusal };
}

describe('what is asked of the log', () => {
  it.each([
    ['pool=sip', [1, 3]],
    ['pool=sip&node=sip-n02', [3]],
    ['severity=warning', [3]],
    ['severity=all', [1, 2, 3, 4]],
    ['severity=warning&reason=NodeFound', []],
    ['reason=Stuck%20NodeReleased', [3, 4]],
    ['commit=c0ff', [3]],
    ['text=used%20attempts', [3]],
    ['text=%22attempts%20used%22', []],
    ['node=old-n01', [4]],
  ])('%s', async (query, expected) => {
    expect(await (await aLog()).ids(query)).toEqual(expected);
  });

  it.each([
    ['node=sip-n03', 'there is no node "sip-n03"', 'did you mean: sip-n01'],
    ['pool=datbase', 'there is no pool "datbase"', 'did you mean: database'],
    ['pool=x', 'there is no pool "x"', 'one of sip, database'],
    ['phase=setled', 'there is no phase "setled"', 'did you mean: settled'],
    ['reason=Stuk,Paused', 'there is no reason "Stuk"', 'did you mean: Stuck'],
    ['severity=warn', 'there is no severity "warn"', 'one of all, warning'],
    ['commit=main!', '"main!" is no commit', 'write its name, or the first digits of it'],
  ])('%s is told with the nearest, by the log and by the stream', async (query, message, hint) => {
    const { refusal } = await aLog();
    expect(await refusal(`/api/v1/events?${query}`)).toEqual({ code: 'bad-request', message, hint });
    expect(await refusal(`/api/v1/stream?${query}`)).toEqual({ code: 'bad-request', message, hint });
  });

  it('any node may be asked for while no commit is in force', async () => {
    const { get } = aControlPlane({}, { members: () => null });
    expect((await get('/api/v1/events?node=n9')).json()).toEqual([]);
  });
});
