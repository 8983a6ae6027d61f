import { describe, expect, it } from 'vitest';
import type { PageUser } from '../../src/serve/page/actions/user.ts';
import { aControlPlane, TOKEN } from '../builders/control-plane.ts';
import { T0 } from '../builders/node.ts';
import { aRack } from '../builders/view.ts';

const THANDI: PageUser = { name: 'thandi', role: 'operator', pools: null, csrf: 'c5rf' };
const HOUR = 3_600_000;

function aSite(who: PageUser | null = THANDI) {
  const made = aControlPlane({ nodes: aRack(12), who });
  const send = (url: string, form: Record<string, string> = {}) =>
    made.plane.inject({
      ...{ method: 'POST', url, payload: new URLSearchParams(form).toString() },
      headers: {
        ...{ authorization: `Bearer ${TOKEN}`, 'x-barewright-actor': 'thandi' },
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
  return { ...made, send, text: async (url: string) => (await made.plane.inject(url)).body };
}

describe('what a page offers', () => {
  it('without a login: the commands to run, and no form that changes anything', async () => {
    const { text } = aSite(null);
    const [node, plans] = [await text('/nodes/sip-n05'), await text('/plans')];
    expect(node).toContain('<code class="command">barewright approve sip-n05 --why &quot;…&quot;</code>');
    expect(`${node}${plans}`).not.toContain('method="post"');
  });

  it.each([
    ['a viewer', { ...THANDI, role: 'viewer' as const }, false],
    ['an operator of another pool', { ...THANDI, pools: ['hte'] }, false],
    ['an operator of its pool', { ...THANDI, pools: ['sip'] }, true],
    ['an admin', { ...THANDI, role: 'admin' as const }, true],
  ])('to %s: as much as the role allows', async (_who, who, may) => {
    const { text } = aSite(who);
    expect((await text('/nodes/sip-n05')).includes('action="/actions/nodes/sip-n05/approve"')).toBe(may);
    const all = may && who.pools === null;
    expect((await text('/plans')).includes('<input type="hidden" name="digest" value="0123456789ab">')).toBe(
      all,
    );
  });

  it('goes by the state of the node, and sends the secret of the session back', async () => {
    const { text } = aSite();
    const verbs = (body: string) =>
      [...body.matchAll(/action="\/actions\/nodes\/[\w-]+\/([\w-]+)"/g)].map(([, verb]) => verb);
    expect(verbs(await text('/nodes/sip-n05'))).toEqual(['approve', 'pause', 'power-hold', 'reconcile']);
    expect(verbs(await text('/nodes/hte-n04'))).toEqual(['retry', 'pause', 'power-hold', 'reconcile']);
    const settled = await text('/nodes/sip-n01');
    expect(verbs(settled)).toEqual(['pause', 'cycle', 'power-hold', 'reconcile']);
    // The last one logs out.
    expect(settled.match(/name="csrf" value="c5rf"/g)).toHaveLength(5);
  });
});

describe('what a form does', () => {
  it.each([
    ['approve', { why: 'new' }, ['approveNode', 'sip-n05', 'thandi', 'new']],
    ['retry', {}, ['retry', 'sip-n05', 'thandi']],
    ['pause', { why: 'fan', hours: '2' }, ['pause', 'sip-n05', 'thandi', 'fan', T0 + 2 * HOUR]],
    ['pause', { why: 'fan', hours: '2', open: 'yes' }, ['pause', 'sip-n05', 'thandi', 'fan', null]],
    ['resume', {}, ['resume', 'sip-n05', 'thandi']],
    ['cycle', { why: 'hangs' }, ['cycle', 'sip-n05', 'thandi', 'hangs']],
    [
      'power-hold',
      { state: 'on', hours: '0.5', why: 'w' },
      ['holdPower', 'sip-n05', 'thandi', { state: 'on', until: T0 + HOUR / 2, why: 'w' }],
    ],
    ['power-release', {}, ['releasePower', 'sip-n05', 'thandi']],
    ['reconcile', {}, ['reconcile', 'sip-n05']],
  ])('%s, and leads back to the page, which says so', async (verb, form, call) => {
    const { send, calls, text } = aSite();
    const answer = await send(`/actions/nodes/sip-n05/${verb}`, { csrf: 'c5rf', ...form });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, `/nodes/sip-n05?done=${verb}`]);
    expect(calls).toEqual([call]);
    expect(await text(`/nodes/sip-n05?done=${verb}`)).toContain('id="done"');
  });

  it('promise 1: an approval names the digest that was shown, and is refused when the plan has moved', async () => {
    const { send, calls } = aSite();
    expect((await send('/actions/approve', { digest: '0123456789ab', why: 'read' })).headers.location).toBe(
      '/plans?done=approve',
    );
    const late = await send('/actions/approve', { digest: 'ffffffffffff' });
    expect([late.statusCode, late.body.includes('the plan is now 0123456789ab')]).toEqual([409, true]);
    expect(calls.map(([verb, digest]) => [verb, digest])).toEqual([
      ['approvePlan', '0123456789ab'],
      ['approvePlan', 'ffffffffffff'],
    ]);
  });

  it('nothing without the right to, nor of what is malformed', async () => {
    const { plane, send, calls } = aSite();
    expect((await plane.inject({ method: 'POST', url: '/actions/nodes/sip-n05/retry' })).statusCode).toBe(
      401,
    );
    for (const form of [{ hours: 'many' }, { why: 'two\nlines' }, { other: 'field' }, { state: 'maybe' }])
      expect(
        (await send('/actions/nodes/sip-n05/power-hold', form as Record<string, string>)).statusCode,
      ).toBe(400);
    expect((await send('/actions/approve', {})).statusCode).toBe(400);
    expect(calls).toEqual([]);
  });

  it('an address says nothing of its own', async () => {
    const { text } = aSite();
    for (const done of ['constructor', '<b>', 'paid'])
      expect(await text(`/nodes/sip-n05?done=${encodeURIComponent(done)}`)).not.toContain('id="done"');
  });
});
