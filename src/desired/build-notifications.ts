import type { Notifications, Route } from '../model/notifications.ts';
import type { NotificationsSpec, RouteSpec } from '../model/notifications-spec.ts';
import { parseDuration } from './duration.ts';

/** Every default applied; null where nobody is told. */
export function buildNotifications(spec: NotificationsSpec | undefined): Notifications | null {
  if (!spec) return null;
  const names = Object.keys(spec.channels);
  return {
    channels: new Map(Object.entries(spec.channels)),
    routes: (spec.routes ?? [{ channels: names }]).map(buildRoute),
    pages: spec.pages?.replace(/\/+$/, '') ?? null,
    wait: parseDuration(spec.wait ?? '30s') ?? Number.NaN,
    updates: parseDuration(spec.updates ?? '5m') ?? Number.NaN,
    atMost: spec.atMost ?? 20,
  };
}

/** Who names reasons wants them, however small. */
function buildRoute({ channels, severity, pools, reasons }: RouteSpec): Route {
  return {
    channels,
    severity: severity ?? (reasons ? 'info' : 'warning'),
    pools: pools ?? null,
    reasons: reasons ?? null,
  };
}
