/** The tables of a node's story. */

import type { NodeView } from '../../model/api.ts';
import type { Condition } from '../../model/condition.ts';
import { type Content, type Html, html } from './html.ts';
import { commitLink, commitName } from './names.ts';
import { fromNow } from './time.ts';

const STATUS_SIGNS: Record<Condition['status'], string> = { True: '●', False: '○', Unknown: '?' };

/** For these types "True" is the trouble. */
const INVERTED: ReadonlySet<Condition['type']> = new Set(['Stalled', 'Paused', 'Reconciling']);

export function conditions({ conditions: list }: NodeView, now: number): Html {
  return section(
    'conditions',
    'Conditions',
    html`<table>
    <thead><tr><th scope="col">Type</th><th scope="col">Status</th><th scope="col">Reason</th><th scope="col">Since</th></tr></thead>
    <tbody>${list.map(({ type, status, reason, message, lastTransitionTime }) => {
      const good = INVERTED.has(type) ? status === 'False' : status === 'True';
      return html`<tr class="${good ? 'is-good' : 'is-off'} status-${status}"><th scope="row">${type}</th>
        <td class="status"><span aria-hidden="true">${STATUS_SIGNS[status]}</span> ${status}</td>
        <td>${reason}${message && html`<span class="note">${message}</span>`}</td>
        <td class="num">${lastTransitionTime !== null && fromNow(lastTransitionTime, now)}</td></tr>`;
    })}</tbody></table>`,
  );
}

/** What Git declares beside what the node carries. `knowsRecord`: the commit that installed it has a page. */
export function install(
  { desired, record, want, power, powerAt }: NodeView,
  now: number,
  knowsRecord: boolean,
): Html {
  const row = (name: string, wish: Content, real: Content, same = true) =>
    html`<tr${!same && html` class="differs"`}><th scope="row">${name}</th><td>${wish}</td><td>${!same && html`<span class="vh">differs: </span>`}${real}</td></tr>`;
  const sameInstall = (key: 'profile' | 'generation') => record === null || record[key] === desired[key];
  return section(
    'install',
    'Declared and carried',
    html`<table>
    <thead><tr><td></td><th scope="col">Git declares</th><th scope="col">the node carries</th></tr></thead>
    <tbody>
      ${row('Profile', desired.profile, record?.profile ?? 'not known', sameInstall('profile'))}
      ${row('Generation', desired.generation, record?.generation ?? 'not known', sameInstall('generation'))}
      ${row('Power', desired.power, html`${power}${powerAt !== null && html`, read ${fromNow(powerAt, now)}`}`, desired.power === 'unmanaged' || power === desired.power)}
      ${row('Source', html`<code>${desired.source}</code>`, record ? html`commit ${knowsRecord ? commitLink({ id: record.commit }) : commitName(record.commit)}` : '')}
      ${record && row('Install', '', html`<code>${record.installId}</code>`)}
    </tbody></table>
    ${
      want &&
      html`<p class="note">Wanted: ${want.profile}, generation ${want.generation} (${want.change}), asked by
        ${commitLink(want.asked)} “${want.asked.subject}” of ${want.asked.author}, at <code>${want.cause.file}:${want.cause.line}</code></p>`
    }`,
  );
}

/** What the plan says of it; nothing when it is as declared. */
export function plan({ actions }: NodeView): Html | null {
  if (actions.length === 0) return null;
  return section(
    'plan',
    'Plan',
    html`<ul class="plan" role="list">${actions.map(
      ({ kind, effect, change, hold, cause }) => html`<li>
      <p><strong>${kind}</strong> <span class="effect${effect === 'DESTROYS DISK' && ' destroys'}">${effect}</span> ${change}</p>
      ${hold && html`<p class="note">held by ${hold.guard}: ${hold.why}</p>`}
      ${
        cause.source &&
        html`<p class="note"><code>${cause.source.file}:${cause.source.line}</code>${
          cause.commit && html` ${commitLink(cause.commit)} ${cause.commit.author}`
        }</p>`
      }</li>`,
    )}</ul>`,
  );
}

/** Addresses from Git, and what the node reported of itself. */
export function facts({ desired, labels, facts: reported, reportedAt }: NodeView, now: number): Html {
  const rows: [string, Content][] = [
    ['MAC', html`<code>${desired.mac}</code>`],
    ['Address', desired.address ? html`<code>${desired.address}</code>` : 'chosen by DHCP'],
    ['BMC', desired.bmc ? html`<code>${desired.bmc}</code>` : 'none'],
    ['Firmware', desired.firmware],
    ...Object.entries(labels).map(([key, value]): [string, Content] => [`label ${key}`, value]),
    ...Object.entries(reported),
    ['Reported', reportedAt === null ? 'not yet' : fromNow(reportedAt, now)],
  ];
  return section(
    'facts',
    'Machine',
    html`<table><tbody>${rows.map(
      ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
    )}</tbody></table>`,
  );
}

export function section(id: string, title: string, body: Html): Html {
  return html`<section class="card" id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
    <div class="scroll">${body}</div></section>`;
}
