/** A year of a rack's log, in little: sentences as the daemon says them, spread over nodes and commits. */

export interface Said {
  id: number;
  node: string;
  commit: string | null;
  reason: string;
  message: string;
}

/** Each event once; `rare` is said ten times in all. */
export function* fillSaid(events: number, nodes: number, rare: string): Generator<Said> {
  for (let id = 1; id <= events; id++) {
    const node = `sip-n${id % nodes}`;
    const commit = id % 10 === 0 ? `c0ffee${Math.floor(id / 10_000)}`.padEnd(40, '0') : null;
    const isRare = id % Math.ceil(events / 10) === 7;
    const [reason = '', message = ''] = isRare ? ['DhcpSeen', `DHCP offer to ${rare}`] : sentence(id);
    yield { id, node, commit, reason, message };
  }
}

function sentence(id: number): [reason: string, message: string] {
  const address = `10.${id % 50}.${Math.floor(id / 50) % 250}.${id % 250}`;
  const sentences: [string, string][] = [
    ['PowerObserved', 'power off → on'],
    ['PowerIntent', 'sending: on; the power is to be confirmed'],
    ['PowerObserved', `power is on, as the BMC at ${address} says`],
    ['AnswersServed', `answers fetched from ${address}`],
    ['Waiting', `waits for the installer to fetch its answers, attempt ${id % 3} of 3`],
    ['Reported', `it reports: docker generation ${id % 90}, 12 stacks ok, power on`],
    ['PhaseEntered', 'phase settled: waits for nothing'],
  ];
  return sentences[id % sentences.length] ?? ['', ''];
}
