/** The forge that plans are shown on, and the listener for webhooks. */

import type { ForgeSpec, WebhooksSpec } from '../model/review-spec.ts';
import { parseAddress } from './address.ts';
import { FORGE_URLS, splitListen } from './build-review.ts';
import type { Gathered, Placed } from './gather.ts';
import type { Report } from './report.ts';

const LOOPBACK = /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/;

export function checkReview(gathered: Gathered, report: Report): void {
  for (const site of gathered.sound.Site.values()) {
    const { forge, webhooks } = site.spec.review ?? {};
    if (forge) checkForge(site, forge, report);
    if (webhooks) checkWebhooks(site, webhooks, report);
  }
}

function checkForge(site: Placed<'Site'>, { kind, url, repository }: ForgeSpec, report: Report): void {
  const say = (field: string[], code: 'schema' | 'secret', message: string, hint: string) =>
    report.at(site, ['spec', 'review', 'forge', ...field], { code, message, hint });
  if (url === undefined && FORGE_URLS[kind] === null) {
    say([], 'schema', `where this ${kind} is, is not said`, 'Write `url: https://git.example.org`.');
  }
  if (url !== undefined && new URL(url).protocol === 'http:' && !LOOPBACK.test(new URL(url).hostname)) {
    say(['url'], 'secret', 'the forge would be sent its token without encryption', 'Write `https://`.');
  }
  if (kind === 'github' && url !== undefined && new URL(url).hostname === 'github.com') {
    const hint = 'Leave `url` out, or write `https://api.github.com`.';
    say(['url'], 'schema', 'github.com has its API at another address', hint);
  }
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(repository)) {
    say(['repository'], 'schema', 'a name in repository is only dots', 'Write it like `ops/site`.');
  }
  if (kind !== 'gitlab' && repository.split('/').length > 2) {
    const message = `repository has more than an owner and a name, which ${kind} does not know`;
    say(['repository'], 'schema', message, 'Write `owner/name`, as in the address of its page.');
  }
}

function checkWebhooks(site: Placed<'Site'>, { listen }: WebhooksSpec, report: Report): void {
  const { host, port } = splitListen(listen);
  if (parseAddress(host) && port >= 1 && port <= 65_535) return;
  report.at(site, ['spec', 'review', 'webhooks', 'listen'], {
    code: 'address',
    message: `${listen} is not an address and a port`,
    hint: 'Write it like `127.0.0.1:8483`.',
  });
}
