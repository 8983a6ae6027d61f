/** From checked documents to the resolved site. */

import type {
  Commit,
  Network,
  Policy,
  Pool,
  Profile,
  Rollout,
  Site,
  Stack,
  Window,
} from '../model/desired.ts';
import type { PolicySpec } from '../model/site.ts';
import type { RolloutSpec, WindowSpec } from '../model/site-parts.ts';
import { parseAddress, parseCidr } from './address.ts';
import { buildAccess } from './build-access.ts';
import { buildImage } from './build-image.ts';
import { buildNode, type NodeDraft } from './build-node.ts';
import { buildNotifications } from './build-notifications.ts';
import { buildReview } from './build-review.ts';
import { buildDnsmasq, buildNetboot } from './build-services.ts';
import { type Validators, withDefaults } from './check-stacks.ts';
import type { Contexts } from './contexts.ts';
import { digestText } from './digest.ts';
import { createDigests } from './digests.ts';
import { parseDuration } from './duration.ts';
import type { Gathered, Placed } from './gather.ts';
import { sortNatural } from './natural-order.ts';
import type { ReferredFiles } from './referred-files.ts';
import { buildTrust } from './verify.ts';

/** Takes documents without an error; returns the site without warnings. */
export function buildSite(
  commit: Commit,
  document: Placed<'Site'>,
  gathered: Gathered,
  drafts: readonly NodeDraft[],
  validators: Validators,
  files: ReferredFiles,
  contexts: Contexts | null,
): Site {
  const { spec } = document;
  const timezone = spec.timezone ?? 'Etc/UTC';
  const policy = buildPolicy(spec.policy ?? {}, timezone);
  const { sound } = gathered;
  const networks = byName(sound.Network, buildNetwork);
  const stacks = byName(sound.Stack, (stack) => buildStack(stack, gathered));
  const profiles = byName(sound.Profile, (profile) => buildProfile(profile, validators));
  const site = {
    name: document.name,
    commit,
    domain: spec.domain ?? '',
    timezone,
    dns: canonical(spec.dns),
    ntp: canonical(spec.ntp),
    mirror: spec.mirror ?? null,
    certificates: spec.certificates ?? [],
    services: {
      dnsmasq: buildDnsmasq(spec.services?.dnsmasq ?? {}),
      netboot: buildNetboot(spec.services?.netboot ?? {}),
    },
    policy,
    verify: buildTrust(spec.verify, files),
    registries: new Map(Object.entries(spec.registries ?? {})),
    review: buildReview(spec.review),
    notifications: buildNotifications(spec.notifications),
    access: buildAccess(spec.access),
    credentials: new Map(Object.entries(spec.credentials ?? {})),
    networks,
    pools: byName(sound.Pool, (pool) => buildPool(pool, policy, spec.policy?.rollout)),
    profiles,
    stacks,
    images: byName(sound.Image, (image) => buildImage(image, contexts)),
    texts: files,
    warnings: [],
  };
  const digests = createDigests(site);
  const nodes = sortNatural(drafts, ({ node }) => node.name).map((draft) =>
    buildNode(draft, digests, sound.Profile),
  );
  return { ...site, nodes: new Map(nodes.map((node) => [node.name, node])) };
}

function byName<T extends { name: string }, R>(
  documents: ReadonlyMap<string, T>,
  build: (document: T) => R,
): Map<string, R> {
  return new Map(
    sortNatural(documents.values(), ({ name }) => name).map((document) => [document.name, build(document)]),
  );
}

function buildNetwork({ name, spec }: Placed<'Network'>): Network {
  const role = spec.role ?? 'data';
  const { leaseTime, ...rest } = spec;
  return {
    ...rest,
    name,
    ...(leaseTime === undefined ? {} : { leaseTime: duration(leaseTime, '1h') }),
    cidr: parseCidr(spec.cidr)?.text ?? spec.cidr,
    ...(spec.gateway === undefined ? {} : { gateway: oneSpelling(spec.gateway) }),
    ...(spec.dns === undefined ? {} : { dns: canonical(spec.dns) }),
    ...(spec.ntp === undefined ? {} : { ntp: canonical(spec.ntp) }),
    role,
    dhcp: spec.dhcp ?? role === 'install',
  };
}

function buildStack({ name, spec }: Placed<'Stack'>, gathered: Gathered): Stack {
  const files = gathered.stackFiles.get(name) ?? [];
  return {
    name,
    spec,
    digest: digestText(files.map(({ file, blob }) => `${file}\0${blob}\n`).join('')),
    files: files
      .filter(({ file }) => file !== 'stack.yaml')
      .map(({ file, content }) => ({ path: file, content })),
  };
}

function buildProfile({ name, spec }: Placed<'Profile'>, validators: Validators): Profile {
  const { timeouts, stacks, ...rest } = spec;
  return {
    ...rest,
    name,
    ...(stacks === undefined ? {} : { stacks: stacks.map((use) => withDefaults(use, validators)) }),
    timeouts: {
      install: duration(timeouts?.install, '60m'),
      configure: duration(timeouts?.configure, '30m'),
    },
  };
}

function buildPool({ name, spec }: Placed<'Pool'>, policy: Policy, rollout?: RolloutSpec): Pool {
  return {
    name,
    description: spec.description ?? '',
    unavailable: countOrPercent(spec.policy?.unavailablePerPool, policy.unavailablePerPool),
    rollout: buildRollout(spec.policy?.rollout ?? rollout ?? {}),
  };
}

function buildRollout({ canary = 0, haltAfter = null }: Partial<Rollout>): Rollout {
  return { canary, haltAfter };
}

function buildWindow(spec: WindowSpec, timezone: string): Window {
  const { name, schedule, pools } = spec;
  const kind = spec.deny ? 'deny' : 'allow';
  const effects = spec.deny ?? spec.allow ?? [];
  return {
    ...{ name, schedule, timezone, kind, effects, pools: pools ?? null },
    duration: duration(spec.duration, ''),
  };
}

function buildPolicy(spec: PolicySpec, timezone: string): Policy {
  return {
    power: spec.power ?? 'enforce',
    installsAtOnce: spec.installsAtOnce ?? 4,
    reinstallsPerCommit: spec.reinstallsPerCommit ?? 3,
    unavailablePerPool: countOrPercent(spec.unavailablePerPool, 2),
    images: spec.images ?? 'enforce',
    imageInterval: duration(spec.imageInterval, '10m'),
    prunesAtOnce: spec.prunesAtOnce ?? 10,
    collectInterval: duration(spec.collectInterval, '7d'),
    attempts: spec.attempts ?? 3,
    sweepInterval: duration(spec.sweepInterval, '60s'),
    reportInterval: duration(spec.reportInterval, '5m'),
    softOffGrace: duration(spec.softOffGrace, '60s'),
    bmcGap: duration(spec.bmcGap, '500ms'),
    sshCheck: spec.sshCheck ? { port: 22, ...spec.sshCheck } : null,
    deadlines: {
      arming: duration(spec.deadlines?.arming, '30s'),
      booting: duration(spec.deadlines?.booting, '5m'),
      restarting: duration(spec.deadlines?.restarting, '10m'),
    },
    windows: (spec.windows ?? []).map((window) => buildWindow(window, timezone)),
    approvalExpiry: duration(spec.approvalExpiry, '7d'),
  };
}

/** The schema has seen to it that a text is a percentage. */
function countOrPercent(
  written: number | string | undefined,
  otherwise: Policy['unavailablePerPool'],
): Policy['unavailablePerPool'] {
  if (typeof written !== 'string') return written ?? otherwise;
  return `${Number.parseInt(written, 10)}%`;
}

function duration(written: string | undefined, otherwise: string): number {
  return parseDuration(written ?? otherwise) ?? Number.NaN;
}

function canonical(addresses: readonly string[] | undefined): string[] {
  return (addresses ?? []).map(oneSpelling);
}

/** Host names among the time servers stay as they are. */
function oneSpelling(text: string): string {
  return parseAddress(text)?.text ?? text;
}
