/** The small part of iPXE's script language that boot servers here write, carried out the way iPXE does. */

import type { Firmware } from '../model/site.ts';

interface Initrd {
  name: string;
  url: string;
}

export type BootPlan =
  | { kind: 'local-disk' }
  | { kind: 'kernel'; kernel: string; arguments: string[]; initrds: Initrd[] }
  | { kind: 'unusable'; why: string };

/** How one command ended: it went well, failed, or settled the whole script. */
type Outcome = 'ok' | 'failed' | BootPlan;

interface Loaded {
  kernel: string | null;
  arguments: string[];
  initrds: Initrd[];
}

/** Reads and carries out a boot script up to the point where something is booted. Fetches nothing. */
export function readBootScript(text: string, firmware: Firmware): BootPlan {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== '#!ipxe') return unusable('the first line is not "#!ipxe"');
  const loaded: Loaded = { kernel: null, arguments: [], initrds: [] };
  for (const [index, line] of lines.entries()) {
    const words = line.trim().replaceAll(/\$\{platform\}/g, firmware === 'uefi' ? 'efi' : 'pcbios');
    if (words === '' || words.startsWith('#')) continue;
    const outcome = runLine(words.split(/\s+/), loaded);
    if (outcome === 'failed') return unusable(`line ${index + 1} failed: ${line.trim()}`);
    if (outcome !== 'ok') {
      return outcome.kind === 'unusable' ? unusable(`line ${index + 1}: ${outcome.why}`) : outcome;
    }
  }
  return unusable('the script ends without booting anything');
}

/** `a && b || c`, read from left to right; an empty command succeeds, so a trailing `||` forgives. */
function runLine(words: string[], loaded: Loaded): Outcome {
  let outcome: Outcome = 'ok';
  let due = true;
  let command: string[] = [];
  for (const word of [...words, null]) {
    if (word !== null && word !== '&&' && word !== '||') {
      command.push(word);
      continue;
    }
    if (due) outcome = runCommand(command, loaded);
    if (outcome !== 'ok' && outcome !== 'failed') return outcome;
    due = word === '&&' ? outcome === 'ok' : outcome === 'failed';
    command = [];
  }
  return outcome;
}

function runCommand([name = '', ...rest]: string[], loaded: Loaded): Outcome {
  switch (name) {
    case '':
      return 'ok';
    case 'iseq':
      return rest.length === 2 && rest[0] === rest[1] ? 'ok' : 'failed';
    case 'exit':
      // Only a failing exit goes on to the firmware's next boot entry; "exit 0" ends in its setup menu.
      return rest[0] === '1' ? { kind: 'local-disk' } : unusable('"exit" without 1 ends in the set-up menu');
    case 'chain':
      // Nothing here runs a loader: as if it was not served.
      return 'failed';
    case 'sanboot':
      return { kind: 'local-disk' };
    case 'kernel':
      return loadKernel(rest, loaded);
    case 'initrd':
      return loadInitrd(rest, loaded);
    case 'boot':
      if (loaded.kernel === null) return 'failed';
      return {
        kind: 'kernel',
        kernel: loaded.kernel,
        arguments: loaded.arguments,
        initrds: loaded.initrds,
      };
    default:
      return unusable(`"${name}" is no command this machine knows`);
  }
}

function loadKernel([url, ...args]: string[], loaded: Loaded): Outcome {
  if (!url || !URL.canParse(url)) return unusable('"kernel" needs a URL');
  loaded.kernel = url;
  loaded.arguments = args;
  return 'ok';
}

/** `initrd URL` or `initrd --name NAME URL [PATH [mode=…]]`. */
function loadInitrd(words: string[], loaded: Loaded): Outcome {
  const named = words[0] === '--name';
  const url = named ? words[2] : words[0];
  if (!url || !URL.canParse(url)) return unusable('"initrd" needs a URL');
  const name = named ? words[1] : new URL(url).pathname.split('/').at(-1);
  loaded.initrds.push({ name: name ?? '', url });
  return 'ok';
}

function unusable(why: string): Extract<BootPlan, { kind: 'unusable' }> {
  return { kind: 'unusable', why };
}
