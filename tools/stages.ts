/** The turns that tests take: what boots machines has the two cores of a small builder to itself. */

export interface Stage {
  /** Test files, as vitest globs. */
  include: string[];
  exclude: string[];
  /** Test files that run at a time. */
  workers: number;
}

/** Deadlines of seconds on simulated machines: a thread a core, and nobody else on it. */
const FAULTS = 'test/faults/scenarios-*.test.ts';
/** The deploy ramdisk is built, and booted in QEMU's own network: one machine at a time in each file. */
export const RAMDISK = 'test/deploy-ramdisk/**';
/** Real firmware in a network namespace: several machines at a time, and the daemon. */
export const METAL = 'test/metal/**';
/** The real Debian installer, a quarter of an hour a machine: `npm run test:install`. */
export const INSTALL = 'test/install/**';
/** Left to `npm run test:metal`. */
const LONG = 'test/metal/long/**';

export const STAGES = {
  quick: { include: ['test/**/*.test.ts'], exclude: [FAULTS, RAMDISK, METAL, INSTALL], workers: 2 },
  faults: { include: [FAULTS], exclude: [], workers: 2 },
  ramdisk: { include: [`${RAMDISK}/*.test.ts`], exclude: [], workers: 2 },
  metal: { include: [`${METAL}/*.test.ts`], exclude: [LONG], workers: 1 },
  long: { include: [`${LONG}/*.test.ts`], exclude: [], workers: 1 },
  install: { include: [`${INSTALL}/*.test.ts`], exclude: [], workers: 1 },
} satisfies Record<string, Stage>;

export type StageName = keyof typeof STAGES;

/** Of `npm test`, in this order. */
export const EVERY_RUN: readonly StageName[] = ['quick', 'faults', 'ramdisk', 'metal'];
export const OTHER_RUNS: Readonly<Record<string, readonly StageName[]>> = {
  '--metal': ['long'],
  '--install': ['install'],
};

/** `quick`, unless BAREWRIGHT_STAGE says another one. Throws for a name that is none. */
export function stageOf(name: string | undefined): Stage {
  if (name === undefined || name === '') return STAGES.quick;
  if (!Object.hasOwn(STAGES, name)) throw new Error(`no stage "${name}": ${Object.keys(STAGES).join(', ')}`);
  return STAGES[name as StageName];
}
