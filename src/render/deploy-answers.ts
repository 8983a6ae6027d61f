/** The answers of the deploy ramdisk: lines of KEY='value' that a shell reads (tools/deploy-ramdisk/root/lib/bw). */

import { type IdentityInput, identityValues, shellLines } from './identity.ts';
import { matching, plainWord, RenderError } from './text.ts';

export interface DeployAnswersInput extends IdentityInput {
  callbackToken: string;
  /** The installed system signs its reports with it. */
  reportKey: string;
}

/**
 * Renders the answers of one attempt. Values are checked for their shape as well as quoted: the ramdisk puts some of them
 * into JSON. Throws RenderError.
 */
export function deployAnswers(input: DeployAnswersInput): string {
  const { node, profile, record, bootUrl, callbackToken, reportKey } = input;
  const { image, disk } = profile;
  if (!image) throw new RenderError('image', `profile ${profile.name} declares no image`);
  const url = (path: string) => plainWord('boot URL', `${bootUrl}/${path}`);
  const sha256 = matching(/^[0-9a-f]{64}$/, 'image', image.sha256, 'a SHA-256 digest');
  const device = disk?.device ?? '';
  const values = {
    ...identityValues(input),
    BW_REPORT_KEY: matching(/^[0-9a-f]{64}$/, 'report key', reportKey, '64 hexadecimal digits'),
    BW_CALLBACK_URL: url(`i/${callbackToken}`),
    BW_IMAGE_URL: url(`netboot/${sha256}`),
    BW_IMAGE_SHA256: sha256,
    BW_IMAGE_FORMAT: matching(/^raw(\.gz|\.zst)?$/, 'image', image.format, 'a format'),
    BW_DISK: device === '' ? '' : matching(/^\/dev\/[\w.:+/-]+$/, 'disk', device, 'a device'),
    BW_GROW: disk?.grow === false ? 'no' : 'yes',
  };
  return `# ${node.name}: ${record.profile}, generation ${record.generation}\n${shellLines(values)}`;
}
