import type { StatusView } from '../model/api.ts';
import type { Paint } from '../plan/paint.ts';
import { shortCommit } from '../plan/say-age.ts';
import { sayDuration, type Times } from './times.ts';

/** The state of site, Git and machines in a few lines. Ends with a newline. */
export function statusText(status: StatusView, { times, paint }: { times: Times; paint: Paint }): string {
  const { site, nodes, needApproval } = status;
  const rows: [name: string, text: string][] = [
    [
      'Site',
      site === null
        ? paint.warning('none: no commit is in force yet')
        : `${site}, ${nodes} node${nodes === 1 ? '' : 's'}`,
    ],
    ['In force', inForce(status, times)],
    ['Git', git(status, times, paint)],
    ['DHCP', service(status.dhcp, times, paint)],
    ['Registry', service(status.registry, times, paint)],
    ['Review', service(status.review, times, paint)],
    ['Webhooks', webhooks(status, times, paint)],
    ['Channels', service(status.notifications, times, paint)],
    ['Installers', status.installerLogs ?? ''],
    ['nginx', status.offload === null ? '' : paint.warning(status.offload)],
    ['Repository', status.repository],
    ['Store', status.store ? `${status.store.kind}, ${status.store.place}` : ''],
    ['Phases', counts(status.phases)],
    ['Power', counts(status.power)],
    ['BMCs', sweep(status, times, paint)],
    [
      'Approval',
      needApproval === 0 ? '' : paint.warning(`${needApproval} wait for one; see: barewright plan`),
    ],
    ...status.halted.map((why): [string, string] => ['Halted', paint.warning(why)]),
    ['Boot server', status.bootUrl],
    ['Daemon', `barewright ${status.version}, up ${sayDuration(status.now - status.startedAt)}`],
  ];
  return rows
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name.padEnd(13)}${text}\n`)
    .join('');
}

function inForce({ inForce: commit, inForceSince }: StatusView, times: Times): string {
  if (!commit) return '';
  const since = inForceSince === null ? '' : `, since ${times.since(inForceSince)}`;
  return `${shortCommit(commit.id)} by ${commit.author}: ${commit.subject}${since}`;
}

function git({ git: { state, message, since, head } }: StatusView, times: Times, paint: Paint): string {
  if (state === 'ok') return paint.good(message);
  const at = head === null ? '' : `, branch at ${shortCommit(head)}`;
  return paint.warning(`${state} since ${times.since(since)}${at}: ${message}`);
}

function webhooks({ webhooks: view }: StatusView, times: Times, paint: Paint): string {
  const counts = view.state === 'off' ? '' : `; ${view.heard} heard, ${view.refused} refused`;
  return `${service(view, times, paint)}${counts}`;
}

/** Empty where barewright has nothing to do with it. */
function service(
  { state, message, since }: StatusView['dhcp' | 'registry' | 'review' | 'webhooks' | 'notifications'],
  times: Times,
  paint: Paint,
): string {
  if (state === 'off') return '';
  return state === 'ok' ? message : paint.warning(`${state} since ${times.since(since)}: ${message}`);
}

function sweep({ sweep: { lastAt, lastMs, unreachable } }: StatusView, times: Times, paint: Paint): string {
  const last = lastAt === null ? 'not read yet' : `all read ${times.ago(lastAt)} in ${lastMs ?? 0} ms`;
  return unreachable === 0 ? last : `${last}; ${paint.warning(`${unreachable} do not answer`)}`;
}

/** `11 settled, 1 held`. */
function counts(byName: Record<string, number>): string {
  return Object.entries(byName)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
