import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '..')

/** The tests that tools/mutation.ts asks for, and every import by public name answered from the same copy. */
export default defineConfig({
  resolve: {
    alias: [{ find: /^seaworthy\/(\w+)$/, replacement: join(root, 'packages/seaworthy/src/$1/index.ts') }],
  },
  test: {
    root,
    include: process.env['MUTATION_TESTS']?.split(',') ?? ['packages/seaworthy/src/resilience/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    // A worker for each file would cost more than the tests. Each run has a new one.
    isolate: false,
    setupFiles: [join(root, 'tools/mutation-setup.ts'), join(root, 'tools/fresh-warnings.ts')],
    testTimeout: 30_000,
  },
})
