/** The site as a whole: that there is one, that it has nodes, and the parts of it that no other check looks at. */

import { checkDefaults, type References } from './check-references.ts';
import type { Gathered } from './gather.ts';
import { nearest } from './nearest.ts';
import { checkReferred, type ReferredFiles } from './referred-files.ts';
import type { Report } from './report.ts';
import { checkVerify } from './verify.ts';

/** An empty repository is a mistake, never "nothing is wanted". */
export function checkPresence(gathered: Gathered, files: number, report: Report): void {
  if (files === 0) {
    const hint = 'Commit inventory/site.yaml and the rest of the site; `barewright init` writes a first one.';
    report.file('inventory', {
      code: 'empty',
      message: 'the commit has no documents (inventory/**/*.yaml, profiles/*.yaml)',
      hint,
    });
    return;
  }
  const [first, ...more] = gathered.names('Site');
  if (!gathered.mayHold('Site')) {
    const hint = 'Add a document of kind Site, by custom in inventory/site.yaml.';
    report.file('inventory/site.yaml', {
      code: 'empty',
      message: 'no document of kind Site was found',
      hint,
    });
  }
  for (const name of more) {
    const extra = gathered.sound.Site.get(name);
    if (!extra) continue;
    const message = `a site has one document of kind Site; ${JSON.stringify(first)} is one already`;
    report.at(extra, ['metadata', 'name'], { code: 'duplicate', message, hint: 'Keep one of the two.' });
  }
  if (!gathered.mayHold('Node')) {
    const hint = 'Add a document of kind Node. To let go of all nodes, stop the daemon instead.';
    report.file('inventory', { code: 'empty', message: 'the site has no nodes', hint });
  }
}

export function checkSite(
  gathered: Gathered,
  references: References,
  files: ReferredFiles,
  report: Report,
): void {
  for (const site of gathered.sound.Site.values()) {
    checkDefaults(site, site.spec.defaults, references);
    const { certificates = [], mirror } = site.spec;
    for (const [index, name] of certificates.entries()) {
      checkReferred(site, ['spec', 'certificates', index], 'certificate', name, files, report);
    }
    if (mirror?.key !== undefined) {
      checkReferred(site, ['spec', 'mirror', 'key'], 'key', mirror.key, files, report);
    }
    checkVerify(site, files, report);
    const zone = site.spec.timezone;
    if (zone === undefined || isZone(zone)) continue;
    const guess = nearest(zone, Intl.supportedValuesOf('timeZone'));
    const hint = guess ? `Did you mean \`${guess}\`?` : 'Write it like `Africa/Johannesburg`.';
    report.at(site, ['spec', 'timezone'], {
      code: 'schema',
      message: `there is no time zone ${JSON.stringify(zone)}`,
      hint,
    });
  }
  for (const pool of gathered.sound.Pool.values()) checkDefaults(pool, pool.spec.defaults, references);
}

/** Zones are found whatever their case; an installed system needs the exact one. */
function isZone(zone: string): boolean {
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    return known === zone || known.toLowerCase() !== zone.toLowerCase();
  } catch {
    return false;
  }
}
