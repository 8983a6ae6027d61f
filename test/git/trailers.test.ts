import { describe, expect, it } from 'vitest';
import { aRepository, open } from './a-repository.ts';

describe('trailers of commits', () => {
  it('are found over all parents, oldest first, by git’s own rules; of the step alone', async () => {
    const repository = aRepository();
    const start = repository.commit({ a: '1' }, 'start\n\nSaid-By: nobody');
    repository.git('checkout', '--quiet', '-b', 'side');
    const side = repository.commit(
      { b: '1' },
      'side\n\nWith text.\n\nOther: x\nsaid-by:  ada \nSaid-By: eve',
    );
    repository.git('checkout', '--quiet', 'main');
    repository.commit({ c: '1' }, 'text\n\nSaid-By: not a trailer\n\nfor text follows it.');
    repository.commit({ d: '1' }, 'Said-By: a subject');
    repository.git('merge', '--quiet', '--no-ff', '-m', 'merge\n\nSaid-By: a long\n value', 'side');
    const head = repository.git('rev-parse', 'HEAD');
    // Of the repository's owner, and no reason to find others.
    repository.git('config', 'trailer.separators', '#');
    const source = await open(repository.dir);
    expect(await source.trailers(start, head, 'Said-By')).toEqual([
      { id: side, values: ['ada', 'eve'] },
      { id: head, values: ['a long value'] },
    ]);
    expect(await source.trailers(head, head, 'Said-By')).toEqual([]);
    await expect(source.trailers(start, head, 'Said-By,valueonly')).rejects.toMatchObject({ code: 'unsafe' });
  });
});
