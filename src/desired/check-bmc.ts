/** Each node's BMC: a kind that this version can drive, an account, and power that somebody can switch. */

import { PLANNED_SCHEMES, SUPPORTED_SCHEMES } from '../model/bmc-schemes.ts';
import { parseBmcUrl } from './bmc-url.ts';
import type { References } from './check-references.ts';
import type { Gathered, Placed } from './gather.ts';
import type { Effective } from './inherit.ts';
import { nearest } from './nearest.ts';
import type { Report } from './report.ts';

const USE = `use ${SUPPORTED_SCHEMES.map((scheme) => `${scheme}://`).join(' or ')}`;

export function checkBmc(
  node: Placed<'Node'>,
  effective: Effective,
  gathered: Gathered,
  references: References,
  report: Report,
): void {
  // A pool or site that cannot be used may say what seems to be missing here.
  const whole = gathered.sound.Pool.has(node.spec.pool) && gathered.sound.Site.size > 0;
  if (!node.spec.bmc) {
    if (whole && effective.power !== 'unmanaged') checkUnmanaged(node, effective, report);
    return;
  }
  checkUrl(node, node.spec.bmc.url, report);
  const own = node.spec.bmc.credentials;
  if (own !== undefined) {
    references.credentials(node, ['spec', 'bmc', 'credentials'], own);
  } else if (effective.credentials === null && whole) {
    const message = `the BMC of node ${JSON.stringify(node.name)} has no credentials: neither it, nor its pool, nor the site names some`;
    const hint = 'Add `credentials: …` here, or to `defaults.bmc` of its pool or of the site.';
    report.at(node, ['spec', 'bmc'], { code: 'bmc', part: 'key', message, hint });
  }
}

function checkUnmanaged(node: Placed<'Node'>, effective: Effective, report: Report): void {
  const { file, line, column } = effective.sources.power;
  const own = node.spec.power !== undefined;
  const from = own
    ? ''
    : ` (from ${sourceIsNode(effective) ? 'the built-in default' : `${file}:${line}:${column}`})`;
  const message = `node ${JSON.stringify(node.name)} has power \`${effective.power}\`${from} but no BMC to hold it`;
  const path = own ? ['spec', 'power'] : ['metadata', 'name'];
  report.at(node, path, { code: 'bmc', message, hint: 'Add a `bmc`, or write `power: unmanaged`.' });
}

function sourceIsNode({ sources: { node, power } }: Effective): boolean {
  return node.file === power.file && node.line === power.line && node.column === power.column;
}

function checkUrl(node: Placed<'Node'>, url: string, report: Report): void {
  const path = ['spec', 'bmc', 'url'];
  const bmc = parseBmcUrl(url);
  if (!bmc) {
    // The form is the schema's matter, and reported there; what is left is the host and the port.
    if (!/^[a-z][a-z0-9+.-]*:\/\/[^@\s]+$/.test(url)) return;
    const message = `url ${JSON.stringify(url)} has no valid host or port`;
    report.at(node, path, {
      code: 'bmc',
      message,
      hint: 'Write it like `ipmi://10.10.1.11` or `ipmi://10.10.1.11:623`.',
    });
    return;
  }
  const { scheme } = bmc;
  if (SUPPORTED_SCHEMES.some((known) => known === scheme)) return;
  if (PLANNED_SCHEMES.some((planned) => planned === scheme)) {
    const message = `${scheme}:// is not yet supported in this version; ${USE}`;
    report.at(node, path, {
      code: 'bmc',
      message,
      hint: 'Use IPMI, or write `power: unmanaged` and leave the bmc out.',
    });
    return;
  }
  const guess = nearest(scheme, SUPPORTED_SCHEMES);
  const message = `there is no kind of BMC ${JSON.stringify(scheme)}; ${USE}`;
  report.at(node, path, {
    code: 'bmc',
    message,
    hint: guess ? `Did you mean \`${guess}://\`?` : 'Correct the scheme of the address.',
  });
}
