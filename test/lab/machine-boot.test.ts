import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/lab/history.ts';
import { aDisk, aMachine, armed, MINUTE, nextBoot, SECOND } from './a-machine.ts';
import { INSTALLER, LOCAL_DISK } from './boot-server.ts';

const BOOT = '/boot/52-54-00-00-00-01';

describe('a machine that boots', () => {
  it('boots from its disk, without asking the network', async () => {
    const { machine, server, clock } = aMachine({ disk: aDisk() });
    machine.control('on');
    expect(machine.state).toBe('post');
    await clock.advance(4 * SECOND);
    expect(machine.state).toBe('disk-boot');
    await clock.advance(22 * SECOND);
    expect(machine.state).toBe('running');
    expect(server.to(BOOT)).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('asks the network when the next-boot flag says so, and only once', async () => {
    const setup = aMachine({ disk: aDisk() });
    const { machine, server, clock } = setup;
    nextBoot(setup);
    machine.control('on');
    await clock.advance(MINUTE);
    expect(server.to(BOOT)).toHaveLength(1);
    expect(machine.state).toBe('running');
    expect(setup.boot.flags().valid).toBe(false);
    machine.control('reset');
    await clock.advance(MINUTE);
    expect(server.to(BOOT)).toHaveLength(1);
    expect(machine.state).toBe('running');
  });

  it('keeps a persistent flag', async () => {
    const setup = aMachine({ disk: aDisk() });
    const { machine, server, clock } = setup;
    nextBoot(setup, { persistent: true });
    machine.control('on');
    await clock.advance(50 * SECOND);
    machine.control('reset');
    await clock.advance(MINUTE);
    expect(server.to(BOOT)).toHaveLength(2);
  });

  it('does not ask the network when the firmware ignores the flag', async () => {
    const setup = aMachine({ disk: aDisk(), faults: [{ name: 'boot-flag-ignored' }] });
    const { machine, server, clock } = setup;
    nextBoot(setup);
    machine.control('on');
    await clock.advance(MINUTE);
    expect(server.to(BOOT)).toEqual([]);
    expect(machine.state).toBe('running');
    expect(entriesOf(machine.history, 'fault')).toHaveLength(1);
  });

  it('asks the network first when it is set up that way, unless the flag says disk', async () => {
    const setup = aMachine({ disk: aDisk(), pxeFirst: true });
    const { machine, server, clock } = setup;
    machine.control('on');
    await clock.advance(MINUTE);
    expect(server.to(BOOT)).toHaveLength(1);
    nextBoot(setup, { device: 'disk' });
    machine.control('reset');
    await clock.advance(MINUTE);
    expect(server.to(BOOT)).toHaveLength(1);
  });

  it('finds nothing to boot on a blank disk when the network sends it there', async () => {
    const { machine, server, clock } = aMachine();
    machine.control('on');
    await clock.advance(10 * MINUTE);
    expect(server.to(BOOT)).toHaveLength(1);
    expect(machine.state).toBe('no-boot-device');
    expect(server.to('/report')).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it.each([
    ['an unknown MAC', 404, 1],
    ['a server in trouble', 503, 1],
    ['no server', null, 3],
  ])('falls through to the disk before %s', async (_, answer, asked) => {
    const setup = aMachine({ disk: aDisk(), answers: { [BOOT]: answer } });
    const { machine, server, clock } = setup;
    nextBoot(setup);
    machine.control('on');
    await clock.advance(2 * MINUTE);
    expect(server.to(BOOT)).toHaveLength(asked);
    expect(machine.state).toBe('running');
  });

  it('sits at a prompt with a script it cannot carry out', async () => {
    const setup = aMachine({ disk: aDisk(), answers: { [BOOT]: '#!ipxe\nshell' } });
    const { machine, clock } = setup;
    nextBoot(setup);
    machine.control('on');
    await clock.advance(10 * MINUTE);
    expect(machine.state).toBe('prompt');
    expect(machine.why).toContain('shell');
    expect(machine.disk).toEqual(aDisk());
  });

  it.each([
    ['are refused', { '/i/answers-token/answers.cpio': 410 }, 'no answers: status 410'],
    ['cannot be fetched', { '/i/answers-token/answers.cpio': null }, 'no answers: no answer'],
    ['are not complete', { '/i/answers-token/answers.cpio': '# empty' }, 'the archive holds no answers'],
  ])('promise 6: touches no disk when its answers %s', async (_, answers, why) => {
    const setup = aMachine({ disk: aDisk(), answers: { [BOOT]: INSTALLER, ...answers } });
    const { machine, clock } = setup;
    nextBoot(setup);
    machine.control('on');
    await clock.advance(10 * MINUTE);
    expect(machine.state).toBe('prompt');
    expect(machine.why).toBe(why);
    expect(machine.disk).toEqual(aDisk());
    expect(entriesOf(machine.history, 'wipe')).toEqual([]);
  });

  it('speaks from its own address', async () => {
    const { machine, server, clock } = aMachine({ address: '127.78.0.1' });
    machine.control('on');
    await clock.advance(MINUTE);
    expect(server.requests.map(({ from }) => from)).toEqual(['127.78.0.1']);
  });

  it('reboots from disk after an installation even where the network comes first', async () => {
    const answers = { ...armed(), '/complete': () => 204 };
    const { machine, server, clock } = aMachine({ pxeFirst: true, answers });
    server.answers['/complete'] = () => {
      server.answers[BOOT] = LOCAL_DISK;
      return 204;
    };
    machine.control('on');
    await clock.advance(10 * MINUTE);
    expect(server.to(BOOT)).toHaveLength(2);
    expect(machine.state).toBe('running');
    expect(entriesOf(machine.history, 'wipe')).toHaveLength(1);
  });
});
