import { describe, expect, it } from 'vitest';
import { aDisk, aMachine, MINUTE, SECOND } from './a-machine.ts';
import type { TestServer } from './boot-server.ts';

function reports(server: TestServer) {
  return server
    .to('/report')
    .map(({ body }) => body as { boot: boolean; configDigest: string; facts: { bootId: string } });
}

describe('the installed system', () => {
  it('reports its boot once, then every interval', async () => {
    const { machine, server, clock } = aMachine({ disk: aDisk() });
    machine.control('on');
    await clock.advance(11 * MINUTE + 30 * SECOND);
    expect(reports(server).map(({ boot }) => boot)).toEqual([true, false, false]);
    machine.control('reset');
    await clock.advance(MINUTE);
    expect(reports(server).map(({ boot }) => boot)).toEqual([true, false, false, true]);
    expect(new Set(reports(server).map(({ facts }) => facts.bootId)).size).toBe(2);
  });

  it('tries a report again with growing pauses, and still calls it the boot', async () => {
    let tries = 0;
    const answers = { '/report': () => (++tries < 4 ? 503 : '{}') };
    const { machine, server, clock } = aMachine({ disk: aDisk(), answers });
    machine.control('on');
    await clock.advance(3 * MINUTE);
    expect(reports(server).map(({ boot }) => boot)).toEqual([true, true, true, true]);
  });

  it('applies the stacks that the answer names, and reports them', async () => {
    const answers = { '/report': JSON.stringify({ configDigest: 'sha256:next', stacks: ['base', 'ceph'] }) };
    const { machine, server, clock } = aMachine({ disk: aDisk(), answers });
    machine.control('on');
    await clock.advance(MINUTE);
    expect(reports(server).map(({ boot, configDigest }) => [boot, configDigest])).toEqual([
      [true, 'sha256:config'],
      [false, 'sha256:next'],
    ]);
    expect(machine.disk?.stacks).toEqual(['base', 'ceph']);
  });

  it.each(['not json', 'null', '[]', '{"configDigest":7}'])(
    'asks nothing of itself for the answer %s',
    async (text) => {
      const { machine, server, clock } = aMachine({ disk: aDisk(), answers: { '/report': text } });
      machine.control('on');
      await clock.advance(2 * MINUTE);
      expect(reports(server)).toHaveLength(1);
      expect(machine.disk).toEqual(aDisk());
    },
  );
});
