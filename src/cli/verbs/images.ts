import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { sortNatural } from '../../desired/natural-order.ts';
import type { DesiredImage } from '../../model/desired.ts';
import { sayBytes } from '../../plan/say-images.ts';
import type { Registry } from '../../registry/client.ts';
import type { ImageStore } from '../../registry/store.ts';
import { type Context, note, say } from '../context.ts';
import { CliError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { listImages } from '../list-images.ts';
import { addClientOption, addOutputOption, type ClientOptions } from '../options.ts';
import { addSiteOptions, openOwnRegistry, type SiteOptions } from '../own-registry.ts';
import { examples } from '../verb.ts';

interface Options extends SiteOptions, ClientOptions {
  output?: string;
  dir?: string;
}

/** That `describe` tells of. */
const LAST_EVENTS = 20;

export function configure(command: Command): void {
  command
    .addArgument(
      new Argument(
        '<action>',
        'show all that is there; tell of one; read it again; write to a directory; take from one; give space back',
      ).choices(['list', 'describe', 'history', 'verify', 'export', 'import', 'gc']),
    )
    .argument('[image...]', 'only these')
    .option('--dir <dir>', 'export and import: an OCI image layout for each image lies below it');
  addOutputOption(addClientOption(addSiteOptions(command)), 'json', 'yaml');
  examples(
    command,
    'images list',
    'images history redis',
    'images verify --secrets /etc/barewright/secrets',
    'images export redis --dir /media/usb/images',
    'images import --dir /media/usb/images',
    'images gc',
  );
}

export async function run(
  context: Context,
  [action = '', ...names]: readonly string[],
  options: Options,
): Promise<ExitCode> {
  if (action === 'gc') {
    const { collectImages } = await import('../collect-images.ts');
    return collectImages(context, options);
  }
  if (action === 'describe' || action === 'history') return tell(context, action, names, options);
  const opened = await openOwnRegistry(context, options);
  const { site, registry, close } = opened;
  try {
    if (action === 'list') {
      const only = names.map((name) => declared(site.images, name));
      return await listImages(context, opened, only, options);
    }
    const images =
      names.length === 0 ? [...site.images.values()] : names.map((name) => declared(site.images, name));
    if (action === 'verify') return await verify(context, registry, images);
    return await move(
      context,
      registry,
      images,
      action === 'export',
      resolve(context.cwd, directoryOf(options)),
    );
  } finally {
    await close();
  }
}

/** As `describe image` and `history image` do. */
async function tell(
  context: Context,
  action: 'describe' | 'history',
  [name, more]: readonly string[],
  options: Options,
): Promise<ExitCode> {
  if (name === undefined || more !== undefined) {
    throw new CliError(EXIT.usage, 'one image is needed', `name it: barewright images ${action} redis`);
  }
  const verb = action === 'describe' ? await import('./describe.ts') : await import('./history.ts');
  return verb.run(context, ['image', name], { ...options, events: LAST_EVENTS });
}

function declared(images: ReadonlyMap<string, DesiredImage>, name: string): DesiredImage {
  const image = images.get(name);
  if (!image) throw new CliError(EXIT.error, `there is no image ${name}`, 'see: barewright get images');
  return image;
}

function directoryOf({ dir }: Options): string {
  if (dir === undefined) throw new CliError(EXIT.usage, 'a directory is needed', 'name it: --dir DIR');
  return dir;
}

async function verify(
  context: Context,
  registry: Registry,
  images: readonly DesiredImage[],
): Promise<ExitCode> {
  const { verifyImage } = await import('../../registry/verify.ts');
  let broken = 0;
  for (const { repository } of images) {
    const store = registry.repository(repository);
    const seen = new Set<string>();
    for (const tag of await tagsOf(store)) {
      const { bytes, problems } = await verifyImage(store, tag, seen);
      say(
        context,
        `${repository}:${tag} ${problems.length === 0 ? 'whole' : 'BROKEN'} (${sayBytes(bytes)} read)`,
      );
      for (const problem of problems) note(context, `  ${problem}`);
      broken += problems.length === 0 ? 0 : 1;
    }
  }
  return broken === 0 ? EXIT.ok : EXIT.error;
}

async function move(
  context: Context,
  registry: Registry,
  images: readonly DesiredImage[],
  isExport: boolean,
  dir: string,
): Promise<ExitCode> {
  const [{ createCopier }, { openLayout }] = await Promise.all([
    import('../../registry/copy.ts'),
    import('../../registry/layout.ts'),
  ]);
  const copier = createCopier();
  for (const { name, repository } of images) {
    const folder = join(dir, name);
    if (!isExport && !existsSync(folder)) {
      note(context, `${name}: nothing in ${folder}`);
      continue;
    }
    const [inside, outside] = [registry.repository(repository), await openLayout(folder)];
    const [source, target] = isExport ? [inside, outside] : [outside, inside];
    for (const tag of await tagsOf(source)) {
      const { digest, bytes } = await copier.copy({ source, target, reference: tag, tag });
      say(context, `${repository}:${tag} ${digest} (${sayBytes(bytes)} moved)`);
    }
  }
  return EXIT.ok;
}

async function tagsOf(store: Pick<ImageStore, 'tags'>): Promise<string[]> {
  return sortNatural(await store.tags(), (tag) => tag);
}
