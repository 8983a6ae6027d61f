import type { StatusView } from '../../model/api.ts';

/** The parts of the daemon that the site uses, and whether each works. */
export function componentsOf(status: StatusView): Map<string, boolean> {
  const services = {
    git: { state: status.git.state === 'starting' ? 'off' : status.git.state },
    dnsmasq: status.dhcp,
    registry: status.registry,
    review: status.review,
    webhooks: status.webhooks,
    notifications: status.notifications,
  };
  const parts = new Map<string, boolean>();
  for (const [name, { state }] of Object.entries(services)) {
    if (state !== 'off' && state !== 'starting') parts.set(name, state === 'ok' || state === 'collecting');
  }
  parts.set('installer-logs', status.installerLogs === null);
  parts.set('file-offload', status.offload === null);
  return parts;
}
