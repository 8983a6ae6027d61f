import { configDefaults, defineConfig } from 'vitest/config';
import { LONG_TESTS } from './tools/system-packages.ts';

/** Tests on real firmware have minutes of their own: `npm run test:metal`. */
const isMetal = process.env['BAREWRIGHT_METAL'] === '1';

/** Fast tests share threads; whatever spawns programs or needs the kernel's ports keeps to its own file. */
export default defineConfig({
  test: {
    include: isMetal ? LONG_TESTS.map((glob) => `${glob}/*.test.ts`) : ['test/**/*.test.ts'],
    exclude: isMetal ? configDefaults.exclude : [...configDefaults.exclude, ...LONG_TESTS],
    pool: 'threads',
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: isMetal ? 1 : 2,
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
  },
});
