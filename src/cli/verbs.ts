/** Every verb. A verb's module is loaded only when it is called. */

import type { VerbEntry } from './verb.ts';

export const VERB_GROUPS: readonly { title: string; verbs: readonly VerbEntry[] }[] = [
  {
    title: 'Start',
    verbs: [
      entry('demo', 'run the sample site on a simulated rack', () => import('./verbs/demo.ts')),
      entry('init', 'make a new site repository', () => import('./verbs/init.ts')),
      entry('run', 'run the daemon', () => import('./verbs/run.ts')),
      entry('registry', "run the site's own container registry", () => import('./verbs/registry.ts')),
      entry('lab', 'run a simulated or a virtual rack by itself', () => import('./verbs/lab.ts')),
    ],
  },
  {
    title: 'Before a commit',
    verbs: [
      entry('validate', 'show every mistake of a site', () => import('./verbs/validate.ts')),
      entry('plan', 'show what will be done to machines, and why', () => import('./verbs/plan.ts')),
      entry('diff', 'compare two commits in terms of machines', () => import('./verbs/diff.ts')),
      entry('rehearse', 'try a commit on a simulated rack', () => import('./verbs/rehearse.ts')),
      entry('set', 'change a field in the inventory and commit it', () => import('./verbs/set.ts')),
      entry('install', 'ask for a reinstall by a commit', () => import('./verbs/install.ts')),
      entry('pool', 'list pools, make one, or move nodes, by a commit', () => import('./verbs/pool.ts')),
      entry('rollback', 'go back to an earlier commit by a new one', () => import('./verbs/rollback.ts')),
    ],
  },
  {
    title: 'Look',
    verbs: [
      entry('status', 'show what is in force and how it goes', () => import('./verbs/status.ts')),
      entry('get', 'list nodes, pools, profiles, images or stacks', () => import('./verbs/get.ts')),
      entry('describe', 'tell the story of one node', () => import('./verbs/describe.ts')),
      entry('explain', 'tell where a node stood at a time, and why', () => import('./verbs/explain.ts')),
      entry('events', 'search the journal', () => import('./verbs/events.ts')),
      entry('logs', 'show the newest of the journal, and follow it', () => import('./verbs/logs.ts')),
      entry(
        'history',
        'show what was in force when, what a node was installed with, or where an image ran',
        () => import('./verbs/history.ts'),
      ),
      entry('ledger', 'show what was built when, from which commit', () => import('./verbs/ledger.ts')),
      entry(
        'report',
        'show how often, how fast and how well changes arrive',
        () => import('./verbs/report.ts'),
      ),
      entry('wait', 'wait until nodes are as asked', () => import('./verbs/wait.ts')),
    ],
  },
  {
    title: 'Act',
    verbs: [
      entry('approve', 'release what a guard holds', () => import('./verbs/approve.ts')),
      entry('pause', 'leave a node alone for a while', () => import('./verbs/pause.ts')),
      entry('resume', 'end a pause', () => import('./verbs/resume.ts')),
      entry('retry', 'let a stuck node try again', () => import('./verbs/retry.ts')),
      entry('reconcile', 'look at Git, or at a node, now', () => import('./verbs/reconcile.ts')),
      entry('images', 'list, verify, move or clean up container images', () => import('./verbs/images.ts')),
      entry('notify', 'list channels of notifications, or try them', () => import('./verbs/notify.ts')),
      entry('token', 'make a token for a person or a program', () => import('./verbs/token.ts')),
      entry('login', 'print a link that logs a browser in', () => import('./verbs/login.ts')),
      entry('power', 'show or correct the power of nodes', () => import('./verbs/power.ts')),
      entry(
        'accept-history',
        'go on with a branch that was rewritten',
        () => import('./verbs/accept-history.ts'),
      ),
    ],
  },
  {
    title: 'Shell',
    verbs: [
      entry(
        'completion',
        'print the completion for bash, zsh or fish',
        () => import('./verbs/completion.ts'),
      ),
    ],
  },
];

export const VERBS: readonly VerbEntry[] = VERB_GROUPS.flatMap(({ verbs }) => verbs);

function entry(name: string, summary: string, load: VerbEntry['load']): VerbEntry {
  return { name, summary, load };
}
