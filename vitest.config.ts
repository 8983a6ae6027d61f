import { configDefaults, defineConfig } from 'vitest/config';
import { ALL_LONG_TESTS, LONG_TESTS, suiteNamed } from './tools/system-packages.ts';

/** Tests on real firmware have minutes of their own: `npm run test:metal`, `npm run test:install`. */
const suite = suiteNamed(process.env['BAREWRIGHT_SUITE']);

/** Fast tests share threads; whatever spawns programs or needs the kernel's ports keeps to its own file. */
export default defineConfig({
  test: {
    include: suite ? LONG_TESTS[suite].map((glob) => `${glob}/*.test.ts`) : ['test/**/*.test.ts'],
    exclude: suite ? configDefaults.exclude : [...configDefaults.exclude, ...ALL_LONG_TESTS],
    pool: 'threads',
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: suite ? 1 : 2,
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  },
});
