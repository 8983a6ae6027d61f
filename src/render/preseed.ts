/** The Debian installer's answers: what its templates are given, and the texts they make. */

import type { Profile, Site } from '../model/desired.ts';
import { diskRecipe } from './disk-recipe.ts';
import { type IdentityInput, identityValues, shellLines } from './identity.ts';
import { renderTemplate } from './liquid.ts';
import { templateOf } from './templates.ts';
import { matching, plainWord, RenderError } from './text.ts';

export interface PreseedInput extends IdentityInput {
  callbackToken: string;
  /** The installed system signs its reports with it. */
  reportKey: string;
}

/** Renders the answer file of one attempt. Throws RenderError for a value that could break out of its line. */
export function preseed(input: PreseedInput): string {
  return renderTemplate(templateOf(input.site.texts, 'preseed'), templateValues(input));
}

/** The script of the last steps. Throws RenderError. */
export function lateScript(input: PreseedInput): string {
  return renderTemplate(templateOf(input.site.texts, 'late'), templateValues(input));
}

/** Lines of KEY='value' for the scripts. They hold the callback's token. */
export function installerAnswers(input: PreseedInput): string {
  const { node, record, profile, bootUrl, callbackToken, reportKey } = input;
  const { device, devices, layout = 'single', swap = 'none' } = profile.disk ?? {};
  const disks = (devices ?? (device === undefined ? [] : [device])).map((name) =>
    matching(/^\/dev\/[\w.:+/-]+$/, 'disk', name, 'a device'),
  );
  const values = {
    ...identityValues(input),
    BW_REPORT_KEY: matching(/^[0-9a-f]{64}$/, 'report key', reportKey, '64 hexadecimal digits'),
    BW_CALLBACK_URL: plainWord('boot URL', `${bootUrl}/i/${callbackToken}`),
    BW_DISKS: disks.join(' '),
    BW_LAYOUT: plainWord('layout', layout),
    BW_SWAP: plainWord('swap', swap),
  };
  return `# ${node.name}: ${record.profile}, generation ${record.generation}\n${shellLines(values)}`;
}

/** What a template may name; docs/site-format.md lists it. */
function templateValues({ site, node, profile, record }: PreseedInput) {
  const { disk = {}, kernelArguments = [], users = [], lateSteps = [] } = profile;
  const { os } = profile;
  const layout = disk.layout ?? 'single';
  return {
    node: { name: node.name, mac: node.bootMac, firmware: node.firmware },
    site: { domain: site.domain === '' ? null : site.domain, timezone: site.timezone, ntp: site.ntp },
    profile: {
      ...{ name: profile.name, release: os.release, arch: os.arch ?? 'amd64' },
      ...{
        kernel: `linux-image-${os.arch ?? 'amd64'}`,
        packages: packagesOf(site, profile),
        kernelArguments,
      },
    },
    record: { ...record },
    mirror: mirrorOf(site.mirror),
    disk: {
      method: { single: 'regular', lvm: 'lvm', raid1: 'raid' }[layout],
      ...{ recipe: diskRecipe(disk, node.firmware), volumeGroup: 'system' },
    },
    users: users.map(({ name, groups = [], sudo = false }) => ({ name, groups, sudo })),
    consoles: kernelArguments.flatMap((word) => /^console=(tty[A-Z]+[0-9]+)/.exec(word)?.[1] ?? []),
    lateSteps,
  };
}

/** What every system needs, and what its users, disks and time servers need beside it. */
function packagesOf(site: Site, { packages = [], users = [], disk = {} }: Profile): string[] {
  const timed = packages.some((name) => ['chrony', 'ntpsec', 'openntpd'].includes(name));
  const own = [
    'openssh-server',
    ...(users.some(({ sudo }) => sudo) ? ['sudo'] : []),
    ...(disk.layout === 'lvm' ? ['lvm2'] : []),
    ...(site.ntp.length > 0 && !timed ? ['systemd-timesyncd'] : []),
  ];
  return [...new Set([...own, ...packages])];
}

function mirrorOf(mirror: Site['mirror']) {
  if (!mirror) return null;
  return {
    ...addressOf(mirror.url),
    proxy: mirror.proxy ?? null,
    security: mirror.security === undefined ? null : addressOf(mirror.security),
  };
}

function addressOf(text: string) {
  const url = plainWord('mirror', text);
  if (!URL.canParse(url)) throw new RenderError('mirror', `not a URL: ${JSON.stringify(url)}`);
  const { protocol, host, pathname } = new URL(url);
  return { protocol: protocol.slice(0, -1), host, directory: pathname };
}
