/** What an installer plug-in is: how a machine boots into it, and the files that it then asks for. */

import type { DesiredNode, Profile, Site } from '../model/desired.ts';
import type { InstallRecord } from '../model/event.ts';
import type { BootLoader } from '../model/site.ts';
import type { CpioEntry } from '../render/cpio.ts';

export interface BootScriptInput {
  node: DesiredNode;
  profile: Profile;
  /** Who will read the script. Default `ipxe`. */
  loader?: BootLoader;
  /** Base URL of the boot plane, without a trailing slash. */
  bootUrl: string;
  /** One-time token of the attempt's answers. */
  answersToken: string;
  attempt: number;
  /** UDP port of the boot URL's host that takes the installer's log; default: none. */
  logPort?: number | null;
}

export interface FilesInput {
  site: Site;
  node: DesiredNode;
  profile: Profile;
  /** What the node will carry and report. */
  record: InstallRecord;
  /** As above. */
  bootUrl: string;
  /** Opens `{bootUrl}/i/{callbackToken}/progress`, `/complete` and `/failed` to the installer. */
  callbackToken: string;
  /** The installed system signs its reports with it (HMAC-SHA-256): 64 hexadecimal digits. */
  reportKey: string;
}

/** Pure: values in, text out. Throws RenderError for a value that must not stand in a file. */
export interface Installer {
  /** A script of the loader's that boots the installer, and hands it the files by one-time token. */
  bootScript(input: BootScriptInput): string;
  /** By the name under which `GET /i/{answersToken}/{name}` finds them. */
  files(input: FilesInput): ReadonlyMap<string, string | Uint8Array>;
  /** The same one by one: what the installer finds at the root of its ramdisk. */
  entries(input: FilesInput): readonly CpioEntry[];
}
