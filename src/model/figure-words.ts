/** What each delivery figure means, in one sentence: the same in the help, in Markdown and in docs/report.md. */

export const FIGURE_WORDS = {
  change:
    'a commit that came into force and by which a machine was to be installed, or was configured in place or got stuck; it counts when it came into force',
  deployments: 'changes by which at least one machine settled: installed, or configured in place',
  leadTime:
    'from the time of the commit to the moment the last of its machines settled; changes with machines still to come have none yet',
  changeFailureRate:
    'changes by which a machine got stuck, of all changes; an attempt that failed and was mended by the next is none',
  recovery:
    'from the moment a machine got stuck until it settled, or what was wanted of it was taken back; it counts at its end',
  install: 'of the attempt that settled, from its begin to the settled machine; it counts at its end',
  spread: 'median and p90 by nearest rank',
} as const;
