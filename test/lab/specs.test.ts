import { describe, expect, it } from 'vitest';
import { labMachines, labSpecs, rackFromSite } from '../../src/lab/specs.ts';
import { aNode } from '../builders/node.ts';

describe('rackFromSite', () => {
  it('takes the nodes whose BMC is on loopback, and the addresses that are', () => {
    const nodes = [
      aNode('n1').bmc('ipmi://127.77.0.1:6230').firmware('bios').build(),
      aNode('n2').bmc('ipmi://127.77.0.2').with({ bootAddress: '127.78.0.2' }).build(),
      aNode('n3').bmc('ipmi://10.0.0.3').build(),
      aNode('n4').bmc(null).build(),
    ];
    const [first, second, ...rest] = rackFromSite(nodes);
    expect(first).toEqual({
      name: 'n1',
      mac: nodes[0]?.bootMac,
      bmc: { host: '127.77.0.1', port: 6230 },
      firmware: 'bios',
      disk: 'blank',
      power: 'off',
    });
    expect(second).toMatchObject({ bmc: { host: '127.77.0.2', port: 623 }, address: '127.78.0.2' });
    expect(rest).toEqual([]);
  });

  it('gives installed machines the record that their node asks for', () => {
    const node = aNode('n1').bmc('ipmi://127.77.0.1').profile('docker', 3).build();
    const [spec] = rackFromSite([node], {
      disks: 'installed',
      commit: 'abc',
      stacks: (profile) => [`${profile}-s`],
    });
    expect(spec?.power).toBe('on');
    expect(spec?.disk).toEqual({
      record: {
        installId: expect.stringMatching(/^[0-9a-f]{32}$/),
        profile: 'docker',
        generation: 3,
        installDigest: node.installDigest,
        commit: 'abc',
      },
      configDigest: node.configDigest,
      stacks: ['docker-s'],
    });
  });
});

describe('labMachines', () => {
  it('gives every machine addresses of its own, whatever the size of the lab', () => {
    const many = labMachines(10_000);
    for (const key of ['name', 'mac', 'bmc', 'address'] as const) {
      expect(new Set(many.map((machine) => machine[key])).size).toBe(many.length);
    }
    expect(many[300]).toEqual({
      name: 'n301',
      rack: 'r8',
      mac: '52:54:00:4c:01:2d',
      bmc: '127.77.1.51',
      address: '127.78.1.51',
    });
    expect(labMachines(301)[300]).toEqual(many[300]);
  });

  it.each([0, -1, 1.5, 60_001, Number.NaN])('refuses %d machines', (count) => {
    expect(() => labMachines(count)).toThrow(RangeError);
  });

  it('makes specs that are on only when installed', () => {
    expect(labSpecs(1)[0]).toMatchObject({ disk: 'blank', power: 'off', bmc: { port: 6230 } });
    expect(labSpecs(1, { disks: 'installed', port: 7 })[0]).toMatchObject({
      disk: { record: { profile: 'lab', generation: 1 } },
      power: 'on',
      bmc: { port: 7 },
    });
  });
});
