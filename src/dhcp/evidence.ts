/** From log lines to what they prove of a machine. Lines of one exchange carry the same id, and come between others. */

import { basename } from 'node:path';
import type { LogLine } from './log-line.ts';

/** What was seen of one machine, or of an address whose machine is not known here. */
export interface DhcpEvidence {
  kind: 'offer' | 'ack' | 'tftp' | 'ignored' | 'refused' | 'rival';
  mac: string | null;
  /** Empty where none was given. */
  address: string;
  /** Firmware or iPXE asked, not an operating system. */
  pxe: boolean;
  /** Who asked (`PXE firmware`, `iPXE`, its vendor class), the file sent, or why it was refused. */
  detail: string;
}

/** Exchanges and leases that are kept in mind; what is older is forgotten. */
const MOST = 20_000;

/** A function that takes every line in order. Its memory is bounded, whatever stands in the log. */
export function createEvidence(onEvent: (evidence: DhcpEvidence) => void): (line: LogLine) => void {
  const exchanges = new Map<string, { classes: string[]; mac: string | null }>();
  const leases = new Map<string, string>();

  function exchange(id: string) {
    const known = exchanges.get(id) ?? { classes: [], mac: null };
    remember(exchanges, id, known);
    return known;
  }

  function tell(kind: DhcpEvidence['kind'], mac: string | null, address: string, classes: string[]): void {
    onEvent({ kind, mac, address, pxe: classes.some(isBooting), detail: sayClient(classes) });
  }

  return (line) => {
    switch (line.kind) {
      case 'packet':
        return void exchanges.delete(line.id);
      case 'class':
        return void exchange(line.id).classes.push(line.text);
      case 'client-mac':
        exchange(line.id).mac = line.mac;
        return;
      case 'offer':
      case 'ack': {
        const { classes, mac } = exchange(line.id);
        const whose = line.mac ?? mac;
        if (whose && line.kind === 'ack') remember(leases, line.address, whose);
        return tell(line.kind, whose, line.address, classes);
      }
      case 'proxy':
        return tell('offer', line.mac, '', exchange(line.id).classes);
      case 'sent': {
        const { file, address } = line;
        const mac = leases.get(address) ?? null;
        return onEvent({ kind: 'tftp', mac, address, pxe: true, detail: basename(file) });
      }
      case 'ignored':
      case 'rival':
        return onEvent({ kind: line.kind, mac: line.mac, address: '', pxe: false, detail: '' });
      case 'refused':
        return onEvent({ kind: 'refused', mac: line.mac, address: '', pxe: false, detail: line.why });
      default:
        return;
    }
  };
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST) return;
  const [oldest = ''] = map.keys();
  map.delete(oldest);
}

/** RFC 4578 §2; UEFI 2.5 §23.7.1. */
function isBooting(name: string): boolean {
  return /^(PXEClient|HTTPClient)(:|$)/.test(name) || name === 'iPXE';
}

function sayClient(classes: readonly string[]): string {
  if (classes.includes('iPXE')) return 'iPXE';
  const [first = ''] = classes;
  if (first.startsWith('PXEClient')) return 'PXE firmware';
  if (first.startsWith('HTTPClient')) return 'HTTP boot firmware';
  return first;
}
