import { expect, it } from 'vitest';
import { type Oidc, rightsOf } from '../../src/model/access.ts';

const ROLES: Oidc['roles'] = [
  { value: 'everybody', role: 'viewer', pools: null },
  { value: 'sip-team', role: 'operator', pools: ['sip'] },
  { value: 'hte-team', role: 'operator', pools: ['hte'] },
  { value: 'shift', role: 'operator', pools: null },
  { value: 'admins', role: 'admin', pools: null },
];

it.each([
  [['strangers'], null],
  [[], null],
  [['everybody'], { role: 'viewer', pools: null }],
  [['everybody', 'sip-team'], { role: 'operator', pools: ['sip'] }],
  [['hte-team', 'sip-team'], { role: 'operator', pools: ['sip', 'hte'] }],
  [['hte-team', 'shift'], { role: 'operator', pools: null }],
  [['hte-team', 'admins'], { role: 'admin', pools: null }],
])('the groups %j give %j', (values, rights) => {
  expect(rightsOf(ROLES, values)).toEqual(rights);
});
