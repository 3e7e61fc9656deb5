// The programs of the product as bundles, for scripts/build.mjs and for tests of a changed one.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle, isPackage } from './bundle.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Every file that runs as a program or a worker of its own: src/a/b.ts becomes dist/a/b.js. */
const entries = [
  'src/cli/main.ts',
  'src/cli/verifier.ts',
  'src/agent/dialer.ts',
  'src/agent/evaluation-worker.ts',
  'src/agent/prover.ts',
  'src/agent/supervisor.ts',
  'src/engine/replica-worker.ts',
  'src/projections/worker.ts',
  'src/telemetry/worker.ts',
]

/**
 * Libraries of many small modules that commands load: taken into the bundle, since opening some 400
 * files takes longer than most commands do. All other packages stay where npm put them.
 */
const bundled = ['typebox', 'smol-toml', 'string-width']

/** Bundles every program into `outdir`. */
export async function buildPrograms(outdir, plugins = []) {
  const { version, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const external = Object.keys(dependencies).filter((name) => !bundled.includes(name))
  await bundle({
    cwd: root,
    input: Object.fromEntries(
      entries.map((file) => [file.slice('src/'.length, -'.ts'.length), file]),
    ),
    dir: outdir,
    isExternal: (id) => external.some((name) => isPackage(id, name)),
    version,
    plugins,
  })
}
