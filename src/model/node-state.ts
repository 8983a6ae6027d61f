/** What the journal's events add up to for one node. Folded by `fold.ts`, stored beside the events. */

import type { InstallRecord, InstallTarget, StackReport } from './event.ts';
import type { Phase, PowerOp, PowerState } from './phase.ts';
import type { PowerErrorKind } from './power.ts';

/** One attempt of an install and the evidence gathered for it. Times in ms since the epoch. */
export interface Attempt {
  n: number;
  installId: string;
  target: InstallTarget;
  startedAt: number;
  /** While true the boot server hands out the installer to this node. */
  armed: boolean;
  confirmedOffAt: number | null;
  nextBootSetAt: number | null;
  confirmedOnAt: number | null;
  scriptAt: number | null;
  answersAt: number | null;
  answersFetches: number;
  /** Address that fetched the answers; the callbacks must come from it. */
  address: string | null;
  progress: { step: string; percent: number | null; at: number } | null;
  completedAt: number | null;
  failed: string | null;
  reportedAt: number | null;
  /** Looked at by SSH and found to be this install; only where the policy asks for it. */
  sshAt?: number | null;
}

export interface PowerHold {
  state: 'on' | 'off';
  /** ms since the epoch. */
  until: number;
  why: string;
  by: string;
}

export interface NodeState {
  name: string;
  phase: Phase;
  phaseSince: number;
  deadline: number | null;
  /** The rest of "waits for …". Empty when it waits for nothing. */
  waitingFor: string;
  /** What Git said of the node when it was last looked at; a raise against it asks for an install. */
  baseline: { profile: string; generation: number };
  /** The install a watched commit or a person asked for and that has not settled yet. */
  want: InstallTarget | null;
  /** The want was released from the guards that need a person. */
  approved: { by: string; at: number; digest: string | null } | null;
  /** The approval that was there before and ran out unused; `at`: when. */
  expired?: { by: string; at: number } | null;
  /** The last failure of an attempt of the install that is wanted, and the commit that wants it. */
  failed?: { commit: string; at: number } | null;
  attempt: Attempt | null;
  /** Attempts used up on the present want. */
  attemptsUsed: number;
  /** Not before this time is the next attempt begun. */
  retryAt: number | null;
  record: InstallRecord | null;
  /** The install that was last handed its key, and the name of that key: its system must sign what it says. */
  signs: { installId: string; key: string } | null;
  /** True once the node has reported since it was found, or was handed an installer's answers: its install state is known. */
  known: boolean;
  configDigest: string | null;
  stacks: StackReport[];
  facts: Record<string, string>;
  reportedAt: number | null;
  power: PowerState;
  powerAt: number | null;
  /** Null while the BMC was never tried. */
  bmc: { reachable: boolean; kind: PowerErrorKind | null; message: string; since: number } | null;
  /** A power command that left (or may have left) and whose effect is not confirmed yet. */
  command: {
    op: PowerOp | 'next-boot-pxe';
    at: number;
    result: 'none' | 'accepted' | 'failed';
    tries: number;
  } | null;
  /** A person's hold through the API; Git's own is in DesiredNode. */
  pause: { why: string; until: number | null; by: string } | null;
  /** A person's word on its power, which goes before Git's until it ends; absent in states of before. */
  powerHold?: PowerHold | null;
  stuck: string | null;
  /** A person asked for one power cycle. */
  cycle: { by: string; at: number; offAt: number | null } | null;
  /** Seen for the first time at. */
  foundAt: number;
}
