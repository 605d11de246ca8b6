import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{packages,systems}/*/{src,test}/**/*.test.{ts,tsx}',
      'simulators/**/*.test.ts',
      'bench/**/*.test.ts',
      'tools/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    coverage: {
      provider: 'v8',
      include: ['packages/seaworthy/src/{core,resilience,service}/**/*.ts'],
      exclude: ['**/*.test.ts', '**/index.ts'],
      thresholds: { lines: 95 },
      reporter: ['text-summary', 'json-summary'],
    },
  },
})
