/** Who an installed system is: what it finds in its record (/etc/barewright/record), without anything that opens a door. */

import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import type { InstallRecord } from '../model/event.ts';
import { matching, plainWord, shellWord } from './text.ts';

export interface IdentityInput {
  site: Site;
  node: DesiredNode;
  profile: Profile;
  record: InstallRecord;
  /** Base URL of the boot plane, without a trailing slash. */
  bootUrl: string;
}

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const HEX = /^[0-9a-f]{1,64}$/;

/** Values are checked for their shape as well as quoted: shells put them into JSON. Throws RenderError. */
export function identityValues({ site, node, profile, record, bootUrl }: IdentityInput) {
  const name = (where: string, value: string) => matching(NAME, where, value, 'a name');
  const hex = (where: string, value: string) => matching(HEX, where, value, 'a digest');
  return {
    BW_NODE: name('name', node.name),
    BW_DOMAIN: site.domain === '' ? '' : plainWord('domain', site.domain),
    BW_MAC: matching(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'mac', node.bootMac, 'a MAC address'),
    BW_REPORT_URL: plainWord('boot URL', `${bootUrl}/report`),
    BW_REPORT_SECONDS: String(Math.max(1, Math.round(site.policy.reportInterval / 1000))),
    BW_INSTALL_ID: hex('install id', record.installId),
    BW_PROFILE: name('profile', record.profile),
    BW_GENERATION: matching(/^[1-9][0-9]{0,6}$/, 'generation', String(record.generation), 'a generation'),
    BW_INSTALL_DIGEST: hex('install digest', record.installDigest),
    BW_COMMIT: hex('commit', record.commit),
    BW_CONFIG_DIGEST: hex('configuration digest', node.configDigest),
    BW_STACKS: (profile.stacks ?? []).map((stack) => name('stack', stack.name)).join(' '),
  };
}

/** Lines of KEY='value'. */
export function shellLines(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${shellWord(key, value)}\n`)
    .join('');
}
