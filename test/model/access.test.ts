import { describe, expect, it } from 'vitest';
import { mayAct, ROLES, type Role } from '../../src/model/access.ts';

const who = (role: Role, pools: string[] | null = null) => ({ role, pools });

describe('who may act', () => {
  it('each role may what the roles before it may, and no more', () => {
    const table = ROLES.map((role) => ROLES.map((asked) => mayAct(who(role), asked, 'sip')));
    expect(table).toEqual([
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });

  it.each([
    ['its own pool', 'sip', true],
    ['another pool', 'hte', false],
    ['the whole site', null, false],
  ])('who is limited to pools acts on %s: %s', (_what, pool, may) => {
    expect(mayAct(who('operator', ['sip', 'db']), 'operator', pool)).toBe(may);
    expect(mayAct(who('admin', ['sip', 'db']), 'admin', pool)).toBe(may);
  });

  it('reading is not limited to pools', () => {
    expect(mayAct(who('operator', []), 'viewer', null)).toBe(true);
  });

  it('nobody may nothing', () => {
    expect(mayAct(null, 'viewer', null)).toBe(false);
  });
});
