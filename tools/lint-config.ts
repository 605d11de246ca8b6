import { parts, violation, type Part } from './layers.ts'

/** The linter's configuration: the rules of STYLE.md, and who may import whom from layers.ts. */

const clockMessage = 'Take a Clock from seaworthy/core, so that tests can move the time.'
const randomMessage = 'Take a Random from seaworthy/core, so that runs can be repeated.'

const rules = {
  'typescript/no-explicit-any': 'error',
  'typescript/no-floating-promises': 'error',
  'typescript/no-misused-promises': 'error',
  'typescript/await-thenable': 'error',
  'typescript/only-throw-error': 'error',
  'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  'typescript/consistent-type-imports': 'error',
  'typescript/no-non-null-assertion': 'error',
  'typescript/ban-ts-comment': 'error',
  // Factories return frozen objects of closures, which need no receiver.
  'typescript/unbound-method': 'off',
  // Texts sort by code unit where their order only has to be stable.
  'typescript/require-array-sort-compare': 'off',
  'import/no-cycle': 'error',
  'import/no-default-export': 'error',
  'unicorn/filename-case': ['error', { case: 'kebabCase' }],
  'unicorn/prefer-node-protocol': 'error',
  'eslint/max-lines': ['error', { max: 400 }],
  'eslint/max-lines-per-function': ['error', { max: 70, skipComments: true, skipBlankLines: true }],
  'eslint/max-params': ['error', { max: 3 }],
  'eslint/complexity': ['error', { max: 15 }],
  'eslint/eqeqeq': 'error',
  'eslint/no-console': 'error',
  'eslint/no-var': 'error',
  'eslint/prefer-const': 'error',
  'eslint/no-restricted-globals': [
    'error',
    { name: 'setTimeout', message: clockMessage },
    { name: 'setInterval', message: clockMessage },
    { name: 'performance', message: clockMessage },
  ],
  'eslint/no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: clockMessage },
    { object: 'Math', property: 'random', message: randomMessage },
  ],
} as const

/** Where the machine's own clock and random numbers may be touched, and a person may be talked to. */
const outermost = [
  'packages/seaworthy/src/core/listener-warnings.ts',
  'packages/seaworthy/src/core/platform-alarm.ts',
  'packages/seaworthy/src/core/system-clock.ts',
  'packages/seaworthy/src/core/random.ts',
  'packages/seaworthy/src/bin/**',
  'systems/host/src/main.ts',
  'systems/*/src/page/look/browser-clock.ts',
  'bench/**',
  'tools/**',
]

const free = {
  'eslint/no-restricted-globals': 'off',
  'eslint/no-restricted-properties': 'off',
  'eslint/no-console': 'off',
}

/** The configuration as it is written to `.oxlintrc.json`. */
export function lintConfig(): object {
  return {
    $schema: './node_modules/oxlint/configuration_schema.json',
    plugins: ['typescript', 'import', 'unicorn', 'oxc'],
    categories: { correctness: 'error' },
    ignorePatterns: ['**/dist/**', '**/node_modules/**', 'coverage/**', '.data/**'],
    rules,
    overrides: [
      ...parts.map(layerOverride),
      { files: outermost, rules: free },
      {
        files: ['**/*.test.ts', '**/*.test.tsx', '**/test/**', '**/testing/**'],
        rules: {
          ...free,
          'eslint/max-lines-per-function': 'off',
          'eslint/max-params': 'off',
          'typescript/no-non-null-assertion': 'off',
          'typescript/no-misused-spread': 'off',
          'typescript/no-misused-promises': 'off',
          'typescript/restrict-template-expressions': 'off',
          'typescript/no-base-to-string': 'off',
        },
      },
      {
        files: ['**/*.config.ts'],
        rules: { 'import/no-default-export': 'off' },
      },
      {
        files: ['tools/*.mjs'],
        rules: { 'typescript/no-floating-promises': 'off', 'typescript/no-misused-spread': 'off' },
      },
    ],
  }
}

function layerOverride(part: Part): object {
  const patterns = parts
    .filter((other) => other !== part)
    .map((other) => ({ other, message: violation(part, other) }))
    .filter(({ message }) => message !== undefined)
    .map(({ other, message }) => ({ group: [other.specifier, `${other.specifier}/**`], message }))
  const files = [`${part.folder}/**/*.ts`, `${part.folder}/**/*.tsx`]
  return { files, rules: { 'eslint/no-restricted-imports': ['error', { patterns }] } }
}
