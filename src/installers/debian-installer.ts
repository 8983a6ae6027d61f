/** Debian's own installer (d-i): a preseed file, and scripts that are hung into its steps. */

import { agentFiles } from '../agent/files.ts';
import { accountKeys } from '../render/account-keys.ts';
import { dearmor } from '../render/armor.ts';
import type { CpioEntry } from '../render/cpio.ts';
import { installerAnswers, lateScript, preseed } from '../render/preseed.ts';
import {
  baseFiles,
  packageFiles,
  passwordLines,
  rootFiles,
  type TargetFile,
  textOf,
} from '../render/target-files.ts';
import { INSTALLER_SCRIPTS } from '../render/templates.ts';
import { plainWord, RenderError } from '../render/text.ts';
import type { BootScriptInput, FilesInput, Installer } from './installer.ts';
import { answersFile, netbootScript } from './netboot-script.ts';

const HOME = 'barewright';
/** Only root may read it, as the callback's token and the hashes need it. */
const PRIVATE = 0o100600;
const PROGRAM = 0o100755;

export const debianInstaller: Installer = {
  bootScript,
  files: (input) => answersFile(entries(input)),
  entries,
};

/** `BOOTIF` is how netcfg is told the card, by its MAC (netcfg: find_bootif_iface). */
function bootScript(input: BootScriptInput): string {
  const { node, bootUrl, logPort = null } = input;
  const card = `BOOTIF=01-${node.bootMac.replaceAll(':', '-')}`;
  const log = logPort === null ? [] : [`log_host=${hostOf(bootUrl)}`, `log_port=${logPort}`];
  const words = ['auto=true', 'priority=critical', 'DEBIAN_FRONTEND=text', card, ...log];
  return netbootScript(input, 'installer', words);
}

function hostOf(bootUrl: string): string {
  const url = plainWord('boot URL', bootUrl);
  if (!URL.canParse(url)) throw new RenderError('boot URL', `not a URL: ${JSON.stringify(url)}`);
  return new URL(url).hostname;
}

/** The installer's files lie at /preseed.cfg and below /barewright; what they are for is said in render/debian-installer. */
function entries(input: FilesInput): CpioEntry[] {
  const passwords = passwordLines(input);
  const { site, profile } = input;
  const { certificates, mirror } = site;
  const trusted = certificates.map((name) => textOf(site, `profiles/certificates/${name}.crt`)).join('\n');
  return [
    entry('preseed.cfg', PRIVATE, preseed(input)),
    entry(`${HOME}/answers`, PRIVATE, installerAnswers(input)),
    entry(`${HOME}/late.sh`, PROGRAM, lateScript(input)),
    ...[...INSTALLER_SCRIPTS].map(([name, text]) => entry(`${HOME}/${name}`, PROGRAM, text)),
    ...(profile.lateSteps ?? []).map((name) =>
      entry(
        `${HOME}/late/${plainWord('late step', name)}`,
        PROGRAM,
        textOf(site, `profiles/late/${name}.sh`),
      ),
    ),
    ...[...accountKeys(profile.users ?? [])].map(([user, text]) =>
      entry(`${HOME}/keys/${user}`, PRIVATE, text),
    ),
    ...(passwords === null ? [] : [entry(`${HOME}/passwords`, PRIVATE, passwords)]),
    ...(trusted === '' ? [] : [entry(`${HOME}/ca.pem`, PRIVATE, trusted)]),
    ...(mirror?.key === undefined
      ? []
      : [
          entry(
            `${HOME}/mirror.gpg`,
            PRIVATE,
            dearmor('key', textOf(site, `profiles/keys/${mirror.key}.asc`)),
          ),
        ]),
    ...tree('base', baseFiles(input)),
    ...tree('packages', packageFiles(input)),
    ...tree('root', [...rootFiles(input), ...agentFiles(input)]),
  ];
}

/** Files that are copied into the new system together. */
function tree(name: string, placed: readonly TargetFile[]): CpioEntry[] {
  return placed.map(({ path, mode, content }) => entry(`${HOME}/${name}/${path}`, mode, content));
}

function entry(path: string, mode: number, content: string | Uint8Array): CpioEntry {
  return { path, mode, content: typeof content === 'string' ? new TextEncoder().encode(content) : content };
}
