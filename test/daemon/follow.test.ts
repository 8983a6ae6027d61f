import { describe, expect, it } from 'vitest';
import { createFollower, type FollowPorts } from '../../src/daemon/follow.ts';
import { createDocumentCache } from '../../src/desired/document-cache.ts';
import { openMemoryJournal } from '../../src/journal/memory.ts';
import type { Site } from '../../src/model/desired.ts';
import { aRepository, open } from '../git/a-repository.ts';
import { type NodeText, siteFiles } from '../promises/site-text.ts';

const N01: NodeText = { name: 'n01', mac: '52:54:00:00:00:01', bmc: '127.9.0.1', address: '127.9.0.2' };

describe('promise 5: blast radius is bounded', () => {
  it('a wish is heard of only when the guards of its own commit answer', async () => {
    const repository = aRepository();
    const text = (node: Partial<NodeText>) => Object.fromEntries(siteFiles({ nodes: [{ ...N01, ...node }] }));
    repository.commit(text({}));
    const source = await open(repository.dir);
    const journal = openMemoryJournal({ clock: Date.now });
    let site: Site | null = null;
    const calls: string[] = [];
    const ports: FollowPorts = {
      source,
      cache: createDocumentCache(),
      journal,
      clock: Date.now,
      site: () => site,
      prepare: async () => void calls.push('prepare'),
      use(next) {
        site = next;
      },
      inForce: async () => void calls.push('in force'),
    };
    const follower = createFollower(ports);
    await follower.check();

    const guardsHeard: unknown[] = [];
    journal.subscribe((events) => {
      if (events.some(({ reason }) => reason === 'InstallWanted')) {
        calls.push('wanted');
        guardsHeard.push(site?.nodes.get('n01')?.protected);
      }
    });
    repository.commit(text({ generation: 2, extra: 'protected: { reason: holds data }' }));
    await follower.check();
    expect(guardsHeard).toEqual([{ reason: 'holds data' }]);
    expect(calls).toEqual(['prepare', 'in force', 'prepare', 'wanted', 'in force']);
  });
});
