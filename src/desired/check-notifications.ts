/** Channels that are there, that something leads to, and that are sent no secret in the clear. */

import type { ChannelSpec, NotificationsSpec } from '../model/notifications-spec.ts';
import type { Gathered, Placed } from './gather.ts';
import { nearest } from './nearest.ts';
import type { Report } from './report.ts';

const LOOPBACK = /^(?:127(?:\.\d+){3}|\[?::1\]?|localhost)$/;

export function checkNotifications(gathered: Gathered, report: Report): void {
  for (const site of gathered.sound.Site.values()) {
    const { notifications } = site.spec;
    if (!notifications) continue;
    const pools = gathered.mayHold('Pool') ? gathered.names('Pool') : [];
    checkRoutes(site, notifications, [...pools], report);
    for (const [name, channel] of Object.entries(notifications.channels)) {
      checkChannel(site, name, channel, report);
    }
  }
}

function checkRoutes(
  site: Placed<'Site'>,
  { channels, routes }: NotificationsSpec,
  pools: readonly string[],
  report: Report,
): void {
  const names = Object.keys(channels);
  const place = ['spec', 'notifications'];
  const dangling = (path: (string | number)[], what: string, name: string, known: readonly string[]) => {
    const guess = nearest(name, known);
    const hint = guess ? `Did you mean \`${guess}\`?` : `Name a ${what} that is there.`;
    report.at(site, [...place, ...path], { code: 'dangling', message: `there is no ${what} ${name}`, hint });
  };
  for (const [n, route] of (routes ?? []).entries()) {
    for (const [at, name] of route.channels.entries()) {
      if (!names.includes(name)) dangling(['routes', n, 'channels', at], 'channel', name, names);
    }
    for (const [at, name] of (route.pools ?? []).entries()) {
      if (!pools.includes(name)) dangling(['routes', n, 'pools', at], 'pool', name, pools);
    }
  }
  const led = new Set(routes?.flatMap((route) => route.channels) ?? names);
  for (const name of names) {
    if (led.has(name)) continue;
    report.at(site, [...place, 'channels', name], {
      ...{ code: 'dangling', severity: 'warning', message: `no route leads to the channel ${name}` },
      hint: 'Name it in a route, or take it out.',
    });
  }
}

function checkChannel(site: Placed<'Site'>, name: string, channel: ChannelSpec, report: Report): void {
  const say = (path: string[], message: string, hint: string) =>
    report.at(site, ['spec', 'notifications', 'channels', name, ...path], { code: 'secret', message, hint });
  if ('email' in channel) {
    const { host, security, password } = channel.email;
    if (security === 'none' && password && !LOOPBACK.test(host)) {
      const message = 'the mail server would be sent the password without encryption';
      say(['email', 'security'], message, 'Write `starttls` or `tls`.');
    }
    return;
  }
  if ('alertmanager' in channel && channel.alertmanager.token && channel.alertmanager.password) {
    say(['alertmanager', 'token'], 'there is a password too', 'Keep one of the two.');
  }
  const place = addressOf(channel);
  if (!place || !isInTheClear(place.url)) return;
  say(place.path, `what is told to ${name} would be sent without encryption`, 'Write `https://`.');
}

/** Addresses that are secrets are looked at when they are used. */
function addressOf(channel: ChannelSpec): { path: string[]; url: string } | null {
  if ('matrix' in channel) return { path: ['matrix', 'homeserver'], url: channel.matrix.homeserver };
  if ('webhook' in channel) return { path: ['webhook', 'url'], url: channel.webhook.url };
  if (!('alertmanager' in channel)) return null;
  const { url, token, password } = channel.alertmanager;
  return token || password ? { path: ['alertmanager', 'url'], url } : null;
}

function isInTheClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !LOOPBACK.test(hostname);
}
