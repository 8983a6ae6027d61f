import { describe, expect, it } from 'vitest';
import { imageHistory } from '../../src/cli/image-history.ts';
import type { Event, EventData, RequiredImage } from '../../src/model/event.ts';
import { anEvent, NOTHING_PLANNED } from '../builders/event.ts';
import { aCommit, T0 } from '../builders/node.ts';
import { ask } from './ask.ts';

const [A, B, C] = ['a', 'b', 'c'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string, string];
const COMMITS = ['1a2b3c4d5e6f', '2b3c4d5e6f70'].map((id) => aCommit(id));

/** So many minutes after T0. */
function at(minute: number, event: ReturnType<typeof anEvent>): Event {
  return { ...event, id: minute + 1, time: T0 + minute * 60_000, phase: null, attempt: null } as Event;
}

function accepted(index: number) {
  const commit = COMMITS[index] ?? aCommit('none');
  const data = { commit, previous: null, nodes: 1, plan: NOTHING_PLANNED };
  return anEvent(null, 'CommitAccepted', data, { commit: commit.id });
}

function put(tag: string, digest: string, commit: number, image = 'redis') {
  const place = { image, registry: 'karoo:5000', repository: image, tag, digest };
  const data = { ...place, previous: null, from: 'docker.io/library/redis', bytes: 5, requiredBy: ['sip'] };
  return anEvent(null, 'ImagePut', data, { commit: COMMITS[commit]?.id ?? null });
}

function pruned(tag: string, digest: string) {
  const place = { image: 'redis', registry: 'karoo:5000', repository: 'redis', tag, digest };
  return anEvent(null, 'ImagePruned', place);
}

function settled(node: string, images?: Record<string, string>) {
  const record = { installId: 'i', profile: 'proxy', generation: 2, installDigest: 'd', commit: 'c' };
  const required = Object.entries(images ?? {}).map(([tag, digest]): RequiredImage => {
    return { image: 'redis', repository: 'redis', tag, digest };
  });
  const data: EventData['InstallSettled'] = { record, durationMs: 1000, ...(images && { images: required }) };
  return anEvent(node, 'InstallSettled', data);
}

const events = [
  at(0, accepted(0)),
  at(1, put('7', A, 0)),
  at(2, settled('sip-n1', { 7: A })),
  at(3, put('7', A, 0)),
  at(4, settled('sip-n2', { 7: A })),
  at(5, put('8', A, 0, 'other')),
  at(10, accepted(1)),
  at(11, put('7', B, 1)),
  at(12, settled('sip-n1', { 7: B })),
  at(13, settled('sip-n3', { 7: B, 6: C })),
  at(20, pruned('7', B)),
];

describe('the history of an image', () => {
  it('tells which digest stood when, by which commit, and who was installed with it', () => {
    const { periods, untold } = imageHistory('redis', events);
    expect(untold).toBe(0);
    const told = periods.map(({ tag, digest, since, until, ended, commit, installs }) => [
      `${tag} ${digest.slice(7, 8)} ${minute(since)}-${minute(until)} ${ended} ${commit?.id.slice(0, 4)}`,
      installs.map(({ node, at }) => `${node} ${minute(at)}`).join(),
    ]);
    expect(told).toEqual([
      ['7 a 1-11 replaced 1a2b', 'sip-n1 2,sip-n2 4'],
      ['7 b 11-20 removed 2b3c', 'sip-n1 12,sip-n3 13'],
      ['6 c ?-? null undefined', 'sip-n3 13'],
    ]);
  });

  it('counts the installs of journals that did not note images', () => {
    const { periods, untold } = imageHistory('redis', [at(1, put('7', A, 0)), at(2, settled('sip-n1'))]);
    expect([periods[0]?.installs, untold]).toEqual([[], 1]);
  });

  it('is shown by barewright history image', async () => {
    const answers = { 'GET /events': events, 'GET /images': [] };
    const { stdout, code, api } = await ask(answers, ['history', 'image', 'redis', '--utc']);
    expect(code).toBe(0);
    expect(stdout).toBe(`\
12:01:00  redis:7  aaaaaaaaaaaa  1a2b3c4d5e Thandi: Change 1a2b3c4d5e6f  from docker.io/library/redis  replaced after 10m
    installed: sip-n1, sip-n2  12:02:00 to 12:04:00
12:11:00  redis:7  bbbbbbbbbbbb  2b3c4d5e6f Thandi: Change 2b3c4d5e6f70  from docker.io/library/redis  removed after 9m
    installed: sip-n1, sip-n3  12:12:00 to 12:13:00
?         redis:6  cccccccccccc  not put there by barewright, as far as the journal knows
    installed: sip-n3  12:13:00
`);
    expect(api.calls[0]?.url).toContain('reason=CommitAccepted%2CImagePut%2CImagePruned%2CInstallSettled');
    const json = await ask(answers, ['history', 'image', 'redis', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toEqual(imageHistory('redis', events));
  });

  it('refuses what is no image, and no history', async () => {
    const answers = { 'GET /events': [], 'GET /images': [{ name: 'redis' }] };
    const wrong = await ask(answers, ['history', 'image', 'reddis']);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean: redis') });
    expect(await ask(answers, ['history', 'image', 'redis'])).toMatchObject({ code: 0, stdout: '' });
    expect((await ask(answers, ['history', 'pool', 'sip'])).code).toBe(2);
  });

  it('reads a journal of many pages', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => at(index, put(`${index}`, A, 0)));
    const answers = {
      'GET /images': [],
      'GET /events': ({ url }: { url: string }) => {
        const after = Number(new URLSearchParams(url.split('?')[1]).get('after'));
        return many.filter(({ id }) => id > after).slice(0, 10_000);
      },
    };
    const { stdout } = await ask(answers, ['history', 'image', 'redis', '-o', 'json']);
    expect(JSON.parse(stdout).periods).toHaveLength(10_001);
  });
});

function minute(time: number | null): string {
  return time === null ? '?' : `${(time - T0) / 60_000}`;
}
