/** The answers of the deploy ramdisk: lines of KEY='value' that a shell reads (tools/deploy-ramdisk/root/lib/bw). */

import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import type { InstallRecord } from '../model/event.ts';
import { matching, plainWord, RenderError, shellWord } from './text.ts';

export interface DeployAnswersInput {
  site: Site;
  node: DesiredNode;
  profile: Profile;
  record: InstallRecord;
  /** Base URL of the boot plane, without a trailing slash. */
  bootUrl: string;
  callbackToken: string;
  /** The installed system signs its reports with it. */
  reportKey: string;
}

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const HEX = /^[0-9a-f]{1,64}$/;

/**
 * Renders the answers of one attempt. Values are checked for their shape as well as quoted: the ramdisk puts some of them
 * into JSON. Throws RenderError.
 */
export function deployAnswers(input: DeployAnswersInput): string {
  const { site, node, profile, record, bootUrl, callbackToken } = input;
  const { image, disk, stacks = [] } = profile;
  if (!image) throw new RenderError('image', `profile ${profile.name} declares no image`);
  const url = (path: string) => plainWord('boot URL', `${bootUrl}/${path}`);
  const name = (where: string, value: string) => matching(NAME, where, value, 'a name');
  const hex = (where: string, value: string) => matching(HEX, where, value, 'a digest');
  const sha256 = matching(/^[0-9a-f]{64}$/, 'image', image.sha256, 'a SHA-256 digest');
  const device = disk?.device ?? '';
  const values = {
    BW_NODE: name('name', node.name),
    BW_DOMAIN: site.domain === '' ? '' : plainWord('domain', site.domain),
    BW_MAC: matching(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, 'mac', node.bootMac, 'a MAC address'),
    BW_CALLBACK_URL: url(`i/${callbackToken}`),
    BW_REPORT_URL: url('report'),
    BW_REPORT_SECONDS: String(Math.max(1, Math.round(site.policy.reportInterval / 1000))),
    BW_IMAGE_URL: url(`netboot/${sha256}`),
    BW_IMAGE_SHA256: sha256,
    BW_IMAGE_FORMAT: matching(/^raw(\.gz|\.zst)?$/, 'image', image.format, 'a format'),
    BW_DISK: device === '' ? '' : matching(/^\/dev\/[\w.:+/-]+$/, 'disk', device, 'a device'),
    BW_GROW: disk?.grow === false ? 'no' : 'yes',
    BW_INSTALL_ID: hex('install id', record.installId),
    BW_PROFILE: name('profile', record.profile),
    BW_GENERATION: matching(/^[1-9][0-9]{0,6}$/, 'generation', String(record.generation), 'a generation'),
    BW_INSTALL_DIGEST: hex('install digest', record.installDigest),
    BW_COMMIT: hex('commit', record.commit),
    BW_CONFIG_DIGEST: hex('configuration digest', node.configDigest),
    BW_STACKS: stacks.map((stack) => name('stack', stack.name)).join(' '),
  };
  const lines = Object.entries(values).map(([key, value]) => `${key}=${shellWord(key, value)}\n`);
  return `# ${node.name}: ${record.profile}, generation ${record.generation}\n${lines.join('')}`;
}
