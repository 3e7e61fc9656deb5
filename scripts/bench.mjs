// Builds the product and the benchmark, and runs it: `npm run bench -- --help` says how.
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { build, deps } from './prepare.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
await deps()
await build()
// One folder below dist, like every built program, so that what it starts is found.
await bundle({
  absWorkingDir: root,
  entryPoints: ['bench/main.ts', 'bench/goal.ts', 'bench/bare-server.ts', 'bench/door-alone.ts'],
  outdir: 'dist/bench',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  packages: 'external',
  sourcemap: true,
  define: { SUAN_VERSION: '"bench"' },
  logLevel: 'warning',
})
await import('../dist/bench/main.js')
