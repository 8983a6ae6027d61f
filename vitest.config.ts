import { configDefaults, defineConfig } from 'vitest/config';
import { stageOf } from './tools/stages.ts';

const { include, exclude, workers } = stageOf(process.env['BAREWRIGHT_STAGE']);

/**
 * Test files share the workers' processes. Processes, not threads: a program that one thread has just written cannot be run (ETXTBSY)
 * while a fork of another thread still holds its file.
 */
export default defineConfig({
  test: {
    include,
    exclude: [...configDefaults.exclude, ...exclude],
    pool: 'forks',
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: workers,
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  },
});
