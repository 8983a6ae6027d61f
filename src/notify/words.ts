/** The sentences of each reason: what is so for one or many, what is so when it is over, and what to do. Pure. */

import type { Group } from '../model/notifications.ts';
import type { Telling } from '../model/notifications-spec.ts';

interface Words {
  /** The rest of `3 BMCs …`; the sentence of the journal is used for a single one. */
  many: [noun: string, rest: string];
  /** What is so again; empty for news, which are never over. */
  over: string;
  advice: string;
}

export const WORDS: Record<Telling, Words> = {
  ApprovalExpired: say('approvals', 'ran out unused', '', 'Approve again, if it is still wanted.'),
  AttemptFailed: say('attempts to install', 'failed', '', ''),
  BmcUnreachable: say(
    'BMCs',
    'cannot be asked',
    'BMCs answer again',
    'Nothing is switched or installed there meanwhile. Look at the network of the BMCs and their accounts, then: barewright reconcile NODE',
  ),
  BootRefused: say('requests to the boot server', 'were refused', '', 'See: barewright events'),
  CollectionFailed: say('garbage collections', 'failed', '', 'It is tried again by itself.'),
  CommitAccepted: say('commits', 'are in force', '', 'See what is held: barewright plan'),
  CommitRejected: say(
    'commits',
    'were refused',
    'the newest commit is in force',
    'The last good commit stays in force. Mend it by another commit; every mistake: barewright status',
  ),
  CommitUnverified: say(
    'commits',
    'are not vouched for',
    'the newest commit is in force',
    'The last good commit stays in force. Have it signed by a key that the site lists.',
  ),
  DaemonStarted: say('starts', 'of the daemon', '', ''),
  DhcpProblem: say(
    'problems',
    'of DHCP',
    'DHCP is well again',
    'Machines are answered from the last good files. See: barewright status',
  ),
  GitUnreachable: say(
    'looks at the repository',
    'failed',
    'the repository can be read again',
    'What is in force stays so. Look at the network, and at the account that reads the repository.',
  ),
  HistoryAccepted: say('rewritten histories', 'were accepted', '', ''),
  HistoryRefused: say(
    'rewritten histories',
    'were refused',
    'the newest commit is in force',
    'The last good commit stays in force. To go on with the new history: barewright accept-history COMMIT',
  ),
  ImageBuildFailed: say(
    'images',
    'could not be built',
    'images are built',
    'What the builder said: barewright logs --build IMAGE',
  ),
  ImageDrift: say(
    'tags',
    'are not as barewright put them',
    '',
    'Find out who writes to the registry beside barewright.',
  ),
  ImageProblem: say('images', 'are not as declared', 'images are as declared', 'See: barewright get images'),
  ImagePut: say('tags', 'were put into the registry', '', ''),
  InstallSettled: say('nodes', 'were installed', '', ''),
  PlanDiffers: say(
    'merges',
    'do other things than was shown',
    '',
    'What nobody was shown is held. See: barewright plan',
  ),
  RegistryProblem: say(
    'problems',
    'of the registry',
    'the registry answers again',
    'Nodes that need an image wait. See: barewright status',
  ),
  RegistryRefused: say('wrong logins', 'at the registry', '', 'Find out who tries.'),
  RegistryRevoked: say('times', 'nodes were kept from the registry', '', ''),
  ReviewProblem: say(
    'problems',
    'with pull requests',
    'pull requests are planned again',
    'Commits come into force as ever. See: barewright status',
  ),
  RolloutHalted: say(
    'rollouts',
    'have halted',
    'rollouts go on',
    'Mend it by a commit, or approve what is held: barewright plan',
  ),
  SignersTrusted: say('changes', 'of who is trusted to sign', '', ''),
  Stuck: say(
    'nodes',
    'are stuck',
    'nodes are settled',
    'Why: barewright describe NODE. Then mend it by a commit, or let it try again: barewright retry NODE',
  ),
  TrailerIgnored: say('approvals in commits', 'approved nothing', '', 'See: barewright plan'),
  WebhookProblem: say(
    'problems',
    'of the webhooks',
    'webhooks are taken again',
    'The repository is asked at its interval meanwhile. See: barewright status',
  ),
  WebhookRefused: say(
    'calls of webhooks',
    'were refused',
    '',
    'Find out who calls, or correct the secret at the forge.',
  ),
};

/** Those of a group's own cause, where its reason has several. */
const BY_GROUP: Partial<Record<string, Words>> = {
  'bmc-login': say(
    'BMCs',
    "refuse the daemon's account",
    'BMCs answer again',
    "Nothing is switched or installed there meanwhile. See whether user and password are those of the site's credentials, then: barewright reconcile NODE",
  ),
};

export function wordsFor({ key, reason }: Pick<Group, 'key' | 'reason'>): Words {
  return BY_GROUP[key] ?? WORDS[reason];
}

function say(noun: string, rest: string, over: string, advice: string): Words {
  return { many: [noun, rest], over, advice };
}
