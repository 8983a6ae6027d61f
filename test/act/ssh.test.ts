import { expect, it } from 'vitest';
import type { RunnerPorts } from '../../src/act/runner.ts';
import { aBench, installing } from './harness.ts';

const sshCheck = { user: 'ops', key: { file: 'ssh' }, port: 22 };

async function installed(check: RunnerPorts['sshCheck']) {
  const bench = aBench({ policy: { policy: { sshCheck } }, sshCheck: check });
  await installing(bench);
  await bench.evidence.completed();
  await bench.evidence.report();
  return bench;
}

it('promise 7: an install that is to be proven by SSH is not settled before it was', async () => {
  let up = false;
  const bench = await installed(async () =>
    up ? { ok: true, hostKey: 'ssh-ed25519 A' } : { ok: false, why: 'Connection refused' },
  );
  await bench.pass(30_000);
  expect([bench.now().phase, bench.now().waitingFor]).toEqual([
    'configuring',
    'its SSH server to show the reported host key and the id of the install: Connection refused',
  ]);
  up = true;
  await bench.pass(10_000);
  expect(bench.now().phase).toBe('settled');
  expect(bench.reasons()).toContain('SshChecked');
  expect(bench.reasons().indexOf('SshChecked')).toBeLessThan(bench.reasons().indexOf('InstallSettled'));
});

it('one that is not proven in time is stuck with the reason, never installed again, and a retry looks again', async () => {
  let up = false;
  const bench = await installed(async () =>
    up ? { ok: true, hostKey: 'ssh-ed25519 A' } : { ok: false, why: 'Host key verification failed.' },
  );
  await bench.until(({ phase }) => phase === 'stuck');
  expect(bench.now().stuck).toBe(
    'installed, but not proven by SSH: waited for its SSH server to show the reported host key and the id of the install: Host key verification failed.',
  );
  await bench.evidence.report();
  expect(bench.now().phase).toBe('stuck');
  expect(bench.reasons().filter((reason) => reason === 'AttemptStarted')).toHaveLength(1);
  up = true;
  await bench.say('RetryRequested', {});
  await bench.pass(10_000);
  expect(bench.now().phase).toBe('settled');
});

it('without the policy nobody is logged in to', async () => {
  let asked = 0;
  const bench = aBench({
    sshCheck: async () => {
      asked++;
      return { ok: false, why: 'x' };
    },
  });
  await installing(bench);
  await bench.evidence.completed();
  await bench.evidence.report();
  expect([bench.now().phase, asked]).toEqual(['settled', 0]);
});
