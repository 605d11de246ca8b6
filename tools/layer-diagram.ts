import { parts } from './layers.ts'

/** The layers as text, highest first, for ARCHITECTURE.md. */
export function layerDiagram(): string {
  const layers = [...new Set(parts.map((part) => part.layer))].sort((a, b) => b - a)
  const rows = layers.map((layer) => {
    const names = parts.filter((part) => part.layer === layer).map((part) => part.specifier)
    return `  ${layer}  ${names.join('   ')}`
  })
  return ['```text', ...rows, '```'].join('\n')
}
