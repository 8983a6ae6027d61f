/** People with tokens, and a control plane of a site that gives them access. */

import { createHash } from 'node:crypto';
import type { AccessToken, Role } from '../../src/model/access.ts';
import { aControlPlane, TOKEN } from '../builders/control-plane.ts';
import { aStatus } from '../builders/view.ts';

const HOST = 'rack.example.org:8481';

export const aToken = (name: string, role: Role, pools: string[] | null = null): AccessToken => ({
  ...{ name, role, pools, expires: null },
  hash: createHash('sha256').update(`token-of-${name}`).digest('hex'),
});

const PEOPLE = [
  aToken('vera', 'viewer'),
  aToken('sipho', 'operator', ['sip']),
  aToken('hettie', 'operator', ['hte']),
  aToken('oscar', 'operator'),
  aToken('ada', 'admin'),
];

export interface Call {
  method?: 'GET' | 'POST' | 'HEAD' | 'PUT' | 'DELETE';
  url: string;
  payload?: object | string;
  headers?: Record<string, string>;
}

export function aSharedPlane(change: Parameters<typeof aControlPlane>[1] = {}, tokens = PEOPLE) {
  const refused: string[][] = [];
  const made = aControlPlane(
    {},
    {
      access: () => ({ tokens }),
      isServed: () => true,
      status: () => aStatus([]),
      onRefused: (...what) => refused.push(what),
      ...change,
    },
  );
  /** From another machine, as whoever; null shows nothing. */
  const as = (who: string | null, { headers, ...call }: Call) =>
    made.plane.inject({
      remoteAddress: '192.0.2.9',
      ...call,
      headers: {
        host: HOST,
        ...(who === null ? {} : { authorization: `Bearer ${who === 'control' ? TOKEN : `token-of-${who}`}` }),
        ...headers,
      },
    });
  /** Logs in, and returns the header of the cookie. */
  async function logIn(who: string): Promise<string> {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await as(null, {
      method: 'POST',
      url: '/login',
      headers: form,
      payload: `token=token-of-${who}`,
    });
    const [cookie] = answer.cookies;
    return `${cookie?.name}=${cookie?.value}`;
  }
  return { ...made, as, logIn, refused };
}
