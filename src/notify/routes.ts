/** Which channel is told of what. Pure. */

import type { Item, Notifications, Route } from '../model/notifications.ts';
import { SEVERITIES } from '../model/notifications-spec.ts';

/** Any route is enough; a channel is told once all the same. */
export function wants({ routes }: Notifications, channel: string, item: Item): boolean {
  return routes.some((route) => route.channels.includes(channel) && matches(route, item));
}

function matches({ severity, pools, reasons }: Route, item: Item): boolean {
  if (SEVERITIES.indexOf(item.severity) < SEVERITIES.indexOf(severity)) return false;
  if (reasons && !reasons.includes(item.reason)) return false;
  return pools === null || (item.pool !== null && pools.includes(item.pool));
}
