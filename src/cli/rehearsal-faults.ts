import { nearest } from '../desired/nearest.ts';
import { readFaultOption } from '../lab/fault-option.ts';
import { drawFaults, type Fault } from '../lab/faults.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** By node: what the options say, `all` for every node, and `random` for what the seed draws. Throws CliError. */
export function faultsOf(
  options: readonly string[],
  seed: string,
  nodes: readonly string[],
): Map<string, Fault[]> {
  const faults = new Map<string, Fault[]>(nodes.map((name) => [name, []]));
  for (const text of options) {
    if (text === 'random') {
      for (const [name, drawn] of drawFaults(seed, nodes)) faults.get(name)?.push(...drawn);
      continue;
    }
    const { machine, fault } = read(text);
    if (machine !== 'all' && !faults.has(machine)) {
      const guess = nearest(machine, nodes);
      throw new CliError(
        EXIT.usage,
        `fault "${text}": there is no node ${machine}`,
        guess ? `did you mean: ${guess}` : '',
      );
    }
    for (const name of machine === 'all' ? nodes : [machine]) faults.get(name)?.push(fault);
  }
  return faults;
}

function read(text: string): ReturnType<typeof readFaultOption> {
  try {
    return readFaultOption(text);
  } catch (error) {
    throw new CliError(EXIT.usage, error instanceof Error ? error.message : String(error));
  }
}
