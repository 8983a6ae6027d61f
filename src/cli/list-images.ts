/** `barewright images list`. */

import type { Site } from '../model/desired.ts';
import { foldImages, type ImageMemory, newImageMemory } from '../model/images.ts';
import { sayBytes, shortDigest } from '../plan/say-images.ts';
import type { Registry } from '../registry/client.ts';
import { allEvents } from './all-events.ts';
import { connect } from './client.ts';
import { type Context, note } from './context.ts';
import { CliError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { ClientOptions } from './options.ts';
import { writeObject } from './output.ts';
import { paintFor } from './paint.ts';
import { type ListedTag, listRegistry } from './registry-listing.ts';
import { formatTable } from './table.ts';

/** `only` names images of the site; none for all that the registry holds. */
export async function listImages(
  context: Context,
  { site, registry }: { site: Site; registry: Registry },
  only: readonly { repository: string }[],
  options: ClientOptions & { output?: string },
): Promise<ExitCode> {
  const memory = await memoryOfDaemon(context, options);
  const images = [...site.images.values()];
  const names = only.length === 0 ? null : only.map(({ repository }) => repository);
  const listing = await listRegistry(registry, images, memory, names);
  const broken = listing.tags.filter(({ problem }) => problem !== null);
  const exit = broken.length === 0 ? EXIT.ok : EXIT.error;
  if (await writeObject(context, options.output, listing)) return exit;
  if (listing.tags.length > 0) context.stdout.write(tableOf(listing.tags, context));
  if (listing.empty.length > 0) note(context, `without tags: ${listing.empty.join(', ')}`);
  for (const { repository, tag, problem } of broken) note(context, `${repository}:${tag}: ${problem}`);
  if (!memory) note(context, 'no daemon answers, so it is not known who put these there (see --data)');
  return exit;
}

/** What barewright put there, as its journal tells; null where no daemon answers. */
async function memoryOfDaemon(context: Context, options: ClientOptions): Promise<ImageMemory | null> {
  try {
    const client = await connect(context, options);
    const memory = newImageMemory();
    for (const event of await allEvents(client, ['ImagePut', 'ImagePruned'])) foldImages(memory, event);
    return memory;
  } catch (error) {
    if (error instanceof CliError && error.exit === EXIT.unreachable) return null;
    throw error;
  }
}

function tableOf(tags: readonly ListedTag[], context: Context): string {
  const paint = paintFor(context);
  const header = ['REPOSITORY', 'TAG', 'DIGEST', 'SIZE', 'PLATFORMS', 'DECLARED', 'WHOSE'];
  const rows = tags.map(({ repository, tag, digest, bytes, platforms, image, whose }) => [
    { text: repository, paint: paint.strong },
    tag,
    digest === null ? '?' : shortDigest(digest),
    bytes === null ? '?' : sayBytes(bytes),
    platforms.join(',') || '-',
    image ?? '-',
    { text: whose, paint: whose === 'undeclared' ? paint.warning : (text: string) => text },
  ]);
  return formatTable(header, rows);
}
