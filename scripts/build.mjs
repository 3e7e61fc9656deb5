// Builds the programs (rolldown) and the page (vite) into dist. Run by scripts/prepare.mjs.
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as buildPage } from 'vite'
import { buildPrograms } from './programs.mjs'
import { bundleSim } from './bundle-sim.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/*
 * Builds beside dist and then takes its place, so that dist is never half built; the argument is
 * written as its stamp. Shared code goes to dist/chunks: every built file lies exactly one folder
 * below dist, so `programUrl` of the kernel finds an entry from any of them.
 */
const dist = join(root, 'dist')
const next = `${dist}-${process.pid}`
const old = `${next}-old`
try {
  await Promise.all([
    buildPrograms(next),
    buildWeb(join(next, 'web')),
    bundleSim(root, join(next, 'sim/main.js')),
  ])
  writeFileSync(join(next, '.stamp'), process.argv[2] ?? '')
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(next, dist)
} finally {
  rmSync(next, { recursive: true, force: true })
  rmSync(old, { recursive: true, force: true })
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
