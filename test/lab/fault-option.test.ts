import { describe, expect, it } from 'vitest';
import { readFaultOption } from '../../src/lab/fault-option.ts';

describe('readFaultOption', () => {
  it.each([
    ['n3=bmc-silent', { machine: 'n3', fault: { name: 'bmc-silent' } }],
    ['all=bmc-lossy:0.2', { machine: 'all', fault: { name: 'bmc-lossy', probability: 0.2 } }],
    [
      'n5=installer-hangs:0.5@90-20m',
      { machine: 'n5', fault: { name: 'installer-hangs', probability: 0.5, from: 90_000, until: 1_200_000 } },
    ],
    ['n5=no-callback@-1h', { machine: 'n5', fault: { name: 'no-callback', until: 3_600_000 } }],
  ])('reads %s', (text, option) => {
    expect(readFaultOption(text)).toEqual(option);
  });

  it.each([
    ['bmc-silent', 'fault "bmc-silent": write MACHINE=FAULT'],
    ['n1=bmc-loud', 'no fault "bmc-loud"; one of bmc-silent, '],
    ['n1=bmc-silent:often', 'write MACHINE=FAULT'],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => readFaultOption(text)).toThrow(message);
  });
});
