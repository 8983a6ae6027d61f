import { describe, expect, it } from 'vitest';
import { isShown, NO_FILTER } from '../../src/serve/page/filter.ts';
import { aNode } from '../builders/node.ts';
import { aState } from '../builders/state.ts';
import { aView } from '../builders/view.ts';

const facts = {
  'dmi.product_serial': 'CZJ1234ABC',
  machineId: 'e0fddd4f',
  'nic.eno2': '52:54:00:00:09:99',
  memory: '64 GB',
};
const node = aView(
  aState('n1').installed('base').settled().unreachable().with({ facts }),
  aNode('n1').paused('fan replaced'),
);

describe('the rack is looked through by what stands on a machine and what stands out about it', () => {
  it.each([
    'n1',
    'czj1234',
    'E0FDDD4F',
    '52:54:00:00:09:99',
    'unreachable',
    'paused',
    'base unreachable',
    node.desired.bmc ?? '-',
  ])('found by %s', (text) => expect(isShown(node, { ...NO_FILTER, text })).toBe(true));

  it.each(['protected', 'outdated', '64', 'unreachable n2'])('not by %s', (text) =>
    expect(isShown(node, { ...NO_FILTER, text })).toBe(false),
  );
});
