import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: at('src/page'),
  base: '/marketprep/',
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: at('dist/page'),
    emptyOutDir: true,
    // The strict CSP allows no data: URLs and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome123', 'firefox121', 'safari17.5'],
    reportCompressedSize: false,
  },
})
