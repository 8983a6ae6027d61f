import { configDefaults, defineConfig } from 'vitest/config';
import { stageOf } from './tools/stages.ts';

const { include, exclude, workers } = stageOf(process.env['BAREWRIGHT_STAGE']);

/** Fast tests share threads; whatever spawns programs or needs the kernel's ports keeps to its own file. */
export default defineConfig({
  test: {
    include,
    exclude: [...configDefaults.exclude, ...exclude],
    pool: 'threads',
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: workers,
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  },
});
