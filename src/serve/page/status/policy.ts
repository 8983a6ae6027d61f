/** The policy in force, as it is written. */

import type { Policy } from '../../../model/desired.ts';
import { sayAge } from '../../../plan/say-age.ts';
import { type Html, html } from '../html.ts';

export function policyTable(policy: Policy): Html {
  const { windows, deadlines } = policy;
  const rows: [name: string, value: string][] = [
    ['power', policy.power],
    ['installsAtOnce', `${policy.installsAtOnce}`],
    ['reinstallsPerCommit', `${policy.reinstallsPerCommit}`],
    ['unavailablePerPool', `${policy.unavailablePerPool}`],
    ['attempts', `${policy.attempts}`],
    ['images', policy.images],
    ['prunesAtOnce', `${policy.prunesAtOnce}`],
    ['sweepInterval', sayAge(policy.sweepInterval)],
    ['reportInterval', sayAge(policy.reportInterval)],
    ['approvalExpiry', sayAge(policy.approvalExpiry)],
    ['windows', windows.length === 0 ? 'always' : `${windows.length}`],
    ...Object.entries(deadlines).map(([name, ms]): [string, string] => [`deadlines.${name}`, sayAge(ms)]),
  ];
  return html`<section class="card" id="policy" aria-labelledby="policy-title"><h2 id="policy-title">Policy in force</h2>
    <table><tbody>${rows.map(([name, value]) => html`<tr><th scope="row"><code>${name}</code></th><td>${value}</td></tr>`)}</tbody></table></section>`;
}
