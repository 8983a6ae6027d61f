/** A forge by its kind. */

import type { ReviewForge } from '../model/desired.ts';
import type { ForgeKind } from '../model/review-spec.ts';
import type { ForgePorts } from './connection.ts';
import type { Forge } from './forge.ts';
import { openGitea } from './gitea.ts';
import { openGitHub } from './github.ts';
import { openGitLab } from './gitlab.ts';

type Place = Pick<ReviewForge, 'url' | 'repository'>;

const OPENERS: Record<ForgeKind, (place: Place, ports: ForgePorts) => Forge> = {
  github: openGitHub,
  gitlab: openGitLab,
  gitea: openGitea,
};

/**
 * Speaks when it is asked something; close it at the end. The ports read the secrets that the site refers to:
 * `{ token: () => secrets.read(forge.token), ca: async () => forge.ca && secrets.read(forge.ca) }`.
 */
export function openForge(forge: Place & Pick<ReviewForge, 'kind'>, ports: ForgePorts): Forge {
  return OPENERS[forge.kind](forge, ports);
}
