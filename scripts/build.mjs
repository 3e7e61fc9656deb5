// Builds the programs (esbuild) and the page (vite) into dist. Run by scripts/prepare.mjs.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { build as buildPage } from 'vite'

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

/*
 * Builds beside dist and then takes its place, so that dist is never half built; the argument is
 * written as its stamp. Shared code goes to dist/chunks: every built file lies exactly one folder
 * below dist, so `programUrl` of the kernel finds an entry from any of them.
 */
const dist = join(root, 'dist')
const next = `${dist}-${process.pid}`
const old = `${next}-old`
try {
  await Promise.all([buildPrograms(next), buildWeb(join(next, 'web'))])
  writeFileSync(join(next, '.stamp'), process.argv[2] ?? '')
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(next, dist)
} finally {
  rmSync(next, { recursive: true, force: true })
  rmSync(old, { recursive: true, force: true })
}

async function buildPrograms(outdir) {
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
    logLevel: 'warning',
  })
}

async function buildWeb(outDir) {
  // A caller such as a test runner may say otherwise; the page is always built for use.
  process.env.NODE_ENV = 'production'
  await buildPage({
    root: join(root, 'src/web'),
    configFile: join(root, 'vite.config.ts'),
    build: { outDir },
    logLevel: 'warn',
  })
}
