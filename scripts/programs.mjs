// The programs of the product as esbuild bundles, for scripts/build.mjs and for tests of a changed one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every file that runs as a program or a worker of its own: src/a/b.ts becomes dist/a/b.js. */
const entries = [
  'src/cli/main.ts',
  'src/agent/evaluation-worker.ts',
  'src/agent/supervisor.ts',
  'src/engine/replica-worker.ts',
  'src/projections/worker.ts',
]

/**
 * Libraries of many small modules that commands load: taken into the bundle, since opening some 400
 * files takes longer than most commands do. All other packages stay where npm put them.
 */
const bundled = ['typebox', 'smol-toml', 'string-width']

/** Bundles every program into `outdir`. */
export async function buildPrograms(outdir, plugins = []) {
  const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  await bundle({
    absWorkingDir: root,
    entryPoints: entries,
    outbase: 'src',
    outdir,
    entryNames: '[dir]/[name]',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: Object.keys(dependencies).filter((name) => !bundled.includes(name)),
    sourcemap: true,
    define: { SUAN_VERSION: JSON.stringify(version) },
    plugins,
    logLevel: 'warning',
  })
}
