/** Tokens that are told apart, whose pools are there, and whose names are nobody else's in the journal. */

import { NO_PERSONS } from '../model/access.ts';
import type { AccessTokenSpec } from '../model/access-spec.ts';
import type { Gathered, Placed } from './gather.ts';
import { nearest } from './nearest.ts';
import type { Report } from './report.ts';
import type { Path } from './yaml-positions.ts';

export function checkAccess(gathered: Gathered, report: Report): void {
  const pools = gathered.mayHold('Pool') ? [...gathered.names('Pool')] : [];
  for (const site of gathered.sound.Site.values()) {
    const tokens = site.spec.access?.tokens ?? [];
    for (const [n, token] of tokens.entries()) {
      checkAgain(site, tokens.slice(0, n), token, n, report);
      checkPools(site, token, ['spec', 'access', 'tokens', n], pools, report);
    }
    for (const [n, role] of (site.spec.access?.oidc?.roles ?? []).entries())
      checkPools(site, role, ['spec', 'access', 'oidc', 'roles', n], pools, report);
  }
}

function checkAgain(
  site: Placed<'Site'>,
  before: readonly AccessTokenSpec[],
  { name, hash }: AccessTokenSpec,
  n: number,
  report: Report,
): void {
  const path = ['spec', 'access', 'tokens', n];
  if (NO_PERSONS.has(name)) {
    report.at(site, [...path, 'name'], {
      ...{ code: 'duplicate', message: `the journal says \`${name}\` of somebody else` },
      hint: 'Name the person or the program that bears the token.',
    });
  }
  if (before.some((other) => other.name === name)) {
    report.at(site, [...path, 'name'], {
      ...{ code: 'duplicate', message: `there is a token ${name} before` },
      hint: 'Give each its own name: the journal tells people by it.',
    });
  }
  const same = before.find((other) => other.hash === hash);
  if (same) {
    report.at(site, [...path, 'hash'], {
      ...{ code: 'duplicate', message: `this is the token of ${same.name}` },
      hint: 'Make one for each: barewright token create NAME.',
    });
  }
}

function checkPools(
  site: Placed<'Site'>,
  { role, pools }: Pick<AccessTokenSpec, 'role' | 'pools'>,
  above: Path,
  known: readonly string[],
  report: Report,
): void {
  const path = [...above, 'pools'];
  if (pools && role !== 'operator') {
    report.at(site, path, {
      ...{ code: 'schema', message: `pools limit operators only; this role is ${role}` },
      hint: 'Take `pools` out, or write `role: operator`.',
    });
  }
  for (const [at, pool] of (pools ?? []).entries()) {
    if (known.includes(pool)) continue;
    const guess = nearest(pool, known);
    const hint = guess ? `Did you mean \`${guess}\`?` : 'Name a pool that is there.';
    report.at(site, [...path, at], { code: 'dangling', message: `there is no pool ${pool}`, hint });
  }
}
