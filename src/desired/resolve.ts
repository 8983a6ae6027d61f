/** Text to a resolved site: every problem at once, or a site without any. */

import type { Commit, Site } from '../model/desired.ts';
import type { Problem } from '../model/problem.ts';
import type { NodeDraft } from './build-node.ts';
import { buildSite } from './build-site.ts';
import { checkAccess } from './check-access.ts';
import { checkAddresses } from './check-addresses.ts';
import { checkBmc } from './check-bmc.ts';
import { checkDependencies } from './check-dependencies.ts';
import { checkImages } from './check-images.ts';
import { checkNetworks } from './check-networks.ts';
import { checkNode } from './check-nodes.ts';
import { checkNotifications } from './check-notifications.ts';
import { checkProfile } from './check-profiles.ts';
import { createReferences } from './check-references.ts';
import { checkRegistries } from './check-registries.ts';
import { checkReview } from './check-review.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkServices } from './check-services.ts';
import { checkPresence, checkSite } from './check-site.ts';
import { checkStackFiles } from './check-stack-files.ts';
import { checkStacks, checkStackUses } from './check-stacks.ts';
import { checkWindows } from './check-windows.ts';
import type { Contexts } from './contexts.ts';
import type { DocumentCache } from './document-cache.ts';
import { gather } from './gather.ts';
import { inherit } from './inherit.ts';
import { readReferredFiles } from './referred-files.ts';
import { createReport } from './report.ts';
import { needsText, type TreeEntry } from './site-paths.ts';

/** `problems` holds the site's warnings when there is a site. */
export type Resolution = { site: Site; problems: Problem[] } | { site: null; problems: Problem[] };

/**
 * Resolves the tree of a commit. Takes every file of the tree, or any part of it that has all of `isSitePath`; the cache
 * must have been given what it calls missing. Without `contexts`, nobody looks whether directories of builds are there.
 * Throws only when the cache was not given what it lacks.
 */
export function resolveSite(
  commit: Commit,
  tree: readonly TreeEntry[],
  cache: Pick<DocumentCache, 'get' | 'bytes'>,
  contexts: Contexts | null = null,
): Resolution {
  const report = createReport();
  const gathered = gather(tree, cache, report);
  const { sound } = gathered;
  const references = createReferences(gathered, report);
  const [site] = sound.Site.values();
  const files = readReferredFiles(tree, cache, report);

  checkPresence(gathered, tree.filter(({ path }) => needsText(path)).length, report);
  checkSite(gathered, references, files, report);
  checkSecrets(gathered, files, report);
  checkServices(gathered, report);
  checkWindows(gathered, references, report);
  checkReview(gathered, report);
  checkNotifications(gathered, report);
  checkAccess(gathered, report);
  const cidrs = checkNetworks(sound.Network, report);
  const validators = checkStacks(gathered, report);
  checkStackFiles(gathered.stackFiles, report);
  for (const profile of sound.Profile.values()) {
    checkProfile(profile, files, report);
    checkStackUses(profile, gathered, validators, references, report);
  }
  checkRegistries(gathered, report);
  checkImages(gathered, contexts, report);
  const drafts: NodeDraft[] = [];
  for (const node of sound.Node.values()) {
    const pool = sound.Pool.get(node.spec.pool);
    const effective = inherit(node, pool, site);
    checkNode(node, effective, gathered, references, report);
    checkBmc(node, effective, gathered, references, report);
    drafts.push({ node, effective, pool });
  }
  checkDependencies(gathered, references, report);
  checkAddresses(gathered, cidrs, report);

  const problems = report.problems();
  if (!site || problems.some(({ severity }) => severity === 'error')) return { site: null, problems };
  return {
    site: { ...buildSite(commit, site, gathered, drafts, validators, files, contexts), warnings: problems },
    problems,
  };
}
