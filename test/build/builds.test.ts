import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aSkopeo } from '../registry/skopeo.ts';
import { aBuildSite } from './a-build-site.ts';

describe.each(['docker', 'buildah'] as const)('an image that %s builds', (kind) => {
  it('is built from the commit, pushed under all its tags, and the witness pulls the same digest', async () => {
    const site = await aBuildSite({ kind });
    const commit = await site.commit('an image');
    writeFileSync(site.at('images/app/sub/file'), 'never committed\n');
    const view = await site.settled(commit);
    console.log(
      JSON.stringify(view, null, 1),
      site.scene
        .journal()
        .read({})
        .map((e) => `${e.reason}: ${e.message}`),
    );
    const skopeo = aSkopeo();
    skopeo.know(site.registry);
    expect(view.tags.map(({ tag }) => tag)).toEqual(['1.0', 'latest']);
  });
});
