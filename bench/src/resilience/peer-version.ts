import manifest from '../../package.json' with { type: 'json' }

/** The version that the benchmarks pin, which is the one installed. */
export function peerVersion(name: keyof typeof manifest.devDependencies): string {
  return manifest.devDependencies[name]
}
