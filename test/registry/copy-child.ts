/** Copies one image as a process of its own, which can be killed: endpoints, notes' folder. */

import { createRegistry } from '../../src/registry/client.ts';
import { createCopier } from '../../src/registry/copy.ts';
import { createUploadNotes } from '../../src/registry/upload-notes.ts';

const [from = '', to = '', notes = ''] = process.argv.slice(2);
const [source, target] = [
  createRegistry({ endpoint: from }),
  createRegistry({ endpoint: to }, createUploadNotes(notes)),
];
let bytes = 0;
const { digest } = await createCopier().copy({
  source: source.repository('app'),
  target: target.repository('app'),
  ...{ reference: '1', tag: '1' },
  onBytes(more) {
    bytes += more;
    console.log(`${bytes}`);
  },
});
console.log(digest);
await Promise.all([source.close(), target.close()]);
