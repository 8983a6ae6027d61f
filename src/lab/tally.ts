/** What a rack is doing, in a line or two. */

import type { HistoryEntry, MachineState } from './history.ts';
import type { Machine } from './machine.ts';

/** In the order of a machine's life, troubles last. */
const TEXTS: Readonly<Record<MachineState, string>> = {
  off: 'off',
  post: 'starting',
  'network-boot': 'asking the network',
  installing: 'installing',
  'disk-boot': 'booting from disk',
  running: 'running',
  'shutting-down': 'shutting down',
  'installer-stopped': 'stopped in the installer',
  prompt: 'at a prompt',
  'no-boot-device': 'without a boot device',
};

/** `12 machines: 2 off, 10 running` */
export function stateLine(machines: Iterable<Machine>): string {
  const counts = new Map<MachineState, number>();
  let total = 0;
  for (const { state } of machines) {
    counts.set(state, (counts.get(state) ?? 0) + 1);
    total++;
  }
  const parts = (Object.keys(TEXTS) as MachineState[]).flatMap((state) => {
    const count = counts.get(state);
    return count ? [`${count} ${TEXTS[state]}`] : [];
  });
  return `${total} machine${total === 1 ? '' : 's'}: ${parts.join(', ')}`;
}

export interface Totals {
  note(entry: HistoryEntry): void;
  /** `3 disks wiped, 2 installations, 14 power commands` */
  line(): string;
}

/** Counts as things happen: reading ten thousand histories for each summary would cost more than the rack. */
export function createTotals(): Totals {
  const counts = new Map<HistoryEntry['kind'], number>();
  const count = (kind: HistoryEntry['kind']) => counts.get(kind) ?? 0;
  return {
    note: ({ kind }) => void counts.set(kind, count(kind) + 1),
    line: () =>
      `${count('wipe')} disks wiped, ${count('installed')} installations, ${count('power')} power commands`,
  };
}

/** One line for a person: `n3: installing`, `n3: at a prompt (line 2 failed: boot)`. */
export function happeningLine(name: string, entry: HistoryEntry): string {
  return `${name}: ${happeningText(entry)}`;
}

function happeningText(entry: HistoryEntry): string {
  switch (entry.kind) {
    case 'state':
      return entry.why === undefined ? TEXTS[entry.state] : `${TEXTS[entry.state]} (${entry.why})`;
    case 'power':
      return `power command ${entry.command}${EFFECTS[entry.effect]}`;
    case 'boot-script':
      return `boot script: ${entry.answer}${entry.status === 200 ? '' : ` (${entry.status ?? 'no answer'})`}`;
    case 'answers':
      return `answer file ${entry.status === 200 ? 'fetched' : `not had (${entry.status ?? 'no answer'})`}`;
    case 'wipe':
      return `disk wiped for install ${entry.installId}${entry.lost ? `, which loses ${entry.lost}` : ''}`;
    case 'installed':
      return `installed, install ${entry.installId}`;
    case 'fault':
      return `fault ${entry.fault}`;
  }
}

const EFFECTS = {
  done: '',
  'none-needed': ', already so',
  ignored: ', ignored',
  refused: ', refused',
} as const;
