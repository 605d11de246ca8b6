import { defineConfig } from 'vitest/config'

const ignored = ['**/node_modules/**', '**/dist/**']

/** Suites that start whole programs or browsers: they measure times, so they run after the others and one by one. */
const programs = [
  'systems/host/test/**/*.test.ts',
  'systems/marketprep/test/e2e/**/*.test.ts',
  'systems/marketprep/src/page/testing/**/*.test.{ts,tsx}',
  'packages/fastify/test/d*.test.ts',
  'packages/redis/test/fleet.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'parts',
          include: [
            '{packages,systems}/*/{src,test}/**/*.test.{ts,tsx}',
            'simulators/**/*.test.ts',
            'bench/**/*.test.ts',
            'tools/**/*.test.ts',
          ],
          exclude: [...ignored, ...programs],
          setupFiles: ['tools/fresh-warnings.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'programs',
          include: programs,
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/seaworthy/src/{core,resilience,service}/**/*.ts'],
      exclude: ['**/*.test.ts', '**/index.ts'],
      thresholds: { lines: 95 },
      reporter: ['text-summary', 'json-summary'],
    },
  },
})
