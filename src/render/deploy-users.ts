/** The accounts of an image's system, as the deploy ramdisk reads them (tools/deploy-ramdisk/root/lib/bw/users.sh). */

import type { UserSpec } from '../model/site.ts';
import { accountKeys } from './account-keys.ts';
import { accountName, CRYPT_HASH, matching } from './text.ts';

export interface DeployUsers {
  /** A line each: name, groups with commas, `sudo`, password hash; `-` where there is none. */
  list: string;
  /** Public keys by account, one a line; accounts without are left out. */
  keys: ReadonlyMap<string, string>;
}

/** Throws RenderError for what could be read as something else. */
export function deployUsers(users: readonly UserSpec[]): DeployUsers {
  const account = (value: string) => accountName('user', value);
  const lines = users.map(({ name, groups = [], sudo = false, passwordHash }) => {
    const hash =
      passwordHash === undefined ? '-' : matching(CRYPT_HASH, 'password', passwordHash, 'a crypt(5) hash');
    return `${[account(name), groups.map(account).join(',') || '-', sudo ? 'sudo' : '-', hash].join(' ')}\n`;
  });
  return { list: lines.join(''), keys: accountKeys(users) };
}
