/** The SSH keys of accounts, as an installer puts them into the system: text of `authorized_keys` by account. */

import type { UserSpec } from '../model/site.ts';
import { accountName, oneLine } from './text.ts';

/** Public keys, a key a line; accounts without are left out. Throws RenderError for what could be read as something else. */
export function accountKeys(users: readonly UserSpec[]): Map<string, string> {
  return new Map(
    users
      .filter(({ sshKeys = [] }) => sshKeys.length > 0)
      .map(({ name, sshKeys = [] }) => [
        accountName('user', name),
        sshKeys.map((key) => `${oneLine('SSH key', key)}\n`).join(''),
      ]),
  );
}
