/** The parts of the daemon, each with how it is: for the status page, and for the mark in the navigation. */

import type { GitView, StatusView } from '../../model/api.ts';
import { type Html, html } from './html.ts';
import { fromNow } from './time.ts';
import { count } from './words.ts';

export interface Part {
  id: string;
  name: string;
  state: 'ok' | 'off' | 'busy' | 'problem';
  /** As the part itself calls it. */
  word: string;
  message: string;
  /** ms since the epoch; null where it has no time. */
  since: number | null;
  more?: Html | null;
}

type Service = StatusView['dhcp' | 'registry' | 'review' | 'webhooks' | 'notifications'];

export function partsOf(status: StatusView): Part[] {
  const { dhcp, registry, review, webhooks, notifications, now } = status;
  return [
    gitPart(status.git),
    storePart(status),
    servicePart('dhcp', 'DHCP, TFTP and DNS', dhcp),
    servicePart('registry', 'Registry', registry),
    servicePart(
      'review',
      'Pull requests',
      review,
      review.open > 0 ? html`${count(review.open, 'open pull request')} planned` : null,
    ),
    servicePart('webhooks', 'Webhooks', webhooks, heard(webhooks)),
    servicePart('notifications', 'Notifications', notifications, channels(notifications)),
    sweepPart(status, now),
    lackPart(
      'installer-logs',
      'Installer logs',
      status.installerLogs,
      'taken from installers, or turned off',
    ),
    lackPart(
      'offload',
      'nginx in front',
      status.offload,
      'sends the files of installers, or is not declared',
    ),
  ];
}

function gitPart({ state, message, since }: GitView): Part {
  const known = { ok: 'ok', starting: 'busy' } as const;
  const found = state === 'ok' || state === 'starting' ? known[state] : 'problem';
  return { id: 'git', name: 'Git', state: found, word: state.replace('-', ' '), message, since };
}

/** A store that does not keep what it was given ends the daemon: where this is read, it does. */
function storePart({ store, lastEventId }: StatusView): Part {
  const about = { id: 'store', name: 'Store', state: 'ok', word: 'ok', since: null } as const;
  return {
    ...about,
    message: `${store.kind}, ${store.place}`,
    more: html`${count(lastEventId, 'event')} written`,
  };
}

function servicePart(
  id: string,
  name: string,
  { state, message, since }: Service,
  more: Html | null = null,
): Part {
  const busy = state === 'starting' || state === 'collecting';
  const begun = state === 'off' ? null : since;
  return { id, name, state: busy ? 'busy' : state, word: state, message, since: begun, more };
}

function heard({ state, heard: calls, refused }: StatusView['webhooks']): Html | null {
  return state === 'off'
    ? null
    : html`${count(calls, 'call')} heard, ${refused} refused since the daemon started`;
}

function channels({ state, channels: list, open }: StatusView['notifications']): Html | null {
  if (state === 'off') return null;
  const bad = list.filter((channel) => channel.state === 'problem');
  const names = bad.map(({ name, message }) => html`<br>${name}: ${message}`);
  return html`${count(list.length, 'channel')}, ${count(open, 'open trouble')}${names}`;
}

function sweepPart({ sweep: { lastAt, lastMs, unreachable }, nodes }: StatusView, now: number): Part {
  const took = lastMs === null ? '' : ` in ${lastMs} ms`;
  const words = {
    message:
      unreachable === 0
        ? 'every BMC answered'
        : `the BMCs of ${unreachable} of ${nodes} nodes did not answer`,
    more: lastAt === null ? null : html`swept ${fromNow(lastAt, now)}${took}`,
  };
  const base = { id: 'sweep', name: 'BMC sweep', since: null };
  if (lastAt === null)
    return { ...base, state: 'busy', word: 'not swept yet', message: 'the first sweep has not ended' };
  return {
    ...base,
    ...words,
    state: unreachable === 0 ? 'ok' : 'problem',
    word: unreachable === 0 ? 'ok' : 'unreachable',
  };
}

function lackPart(id: string, name: string, why: string | null, otherwise: string): Part {
  const base = { id, name, since: null };
  if (why === null) return { ...base, state: 'ok', word: 'no trouble', message: otherwise };
  return { ...base, state: 'problem', word: 'problem', message: why };
}
