import type { Journal } from '../../model/journal.ts';
import type { FleetAccess } from '../fleet-access.ts';
import type { DaemonSettings } from '../settings.ts';
import type { createViews } from '../views.ts';
import { createNotifications, type NotificationsService } from './notifications.ts';

interface Ports {
  settings: DaemonSettings;
  journal: Journal;
  access: FleetAccess;
  views: ReturnType<typeof createViews>;
  images: Parameters<typeof createNotifications>[0]['images'];
  clock(): number;
  onError(error: unknown): void;
}

const TIMEOUT = 15_000;
const FIRST_PAUSE = 10_000;

export function startNotifications(ports: Ports): NotificationsService {
  const { settings, journal, access, views, images, clock, onError } = ports;
  const { env, notifications: { timeout = TIMEOUT, firstPause = FIRST_PAUSE } = {} } = settings;
  const proxies = {
    http: env['http_proxy'] ?? env['HTTP_PROXY'] ?? '',
    https: env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '',
    except: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  };
  return createNotifications({
    ...{ journal, clock, onError, firstPause, images },
    site: access.fleet.site,
    state: (node) => journal.state(node),
    status: views.status,
    channel: { read: access.secrets.read, clock, timeout, proxies },
    startedAt: clock(),
  });
}
