// Bundles the simulator with the product's own source, whose files, random bytes and timers are the
// simulator's: `bundleSim(root, outfile)`. `root` is a checkout, or a copy of its src and test/sim.
import { join } from 'node:path'
import { build as bundle } from 'esbuild'

/** Modules of Node that the product may not have the real form of, and what stands for them. */
const fakes = { fs: 'fs.ts', 'fs/promises': 'fs-promises.ts', crypto: 'crypto.ts' }

export async function bundleSim(root, outfile) {
  const folder = join(root, 'test/sim/fakes')
  await bundle({
    absWorkingDir: root,
    entryPoints: ['test/sim/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    inject: [join(folder, 'globals.ts')],
    logLevel: 'warning',
    plugins: [
      {
        name: 'fakes',
        setup: (build) =>
          build.onResolve({ filter: /^node:(?:fs|fs\/promises|crypto)$/ }, ({ path, importer }) =>
            importer.startsWith(folder)
              ? { path, external: true }
              : { path: join(folder, fakes[path.slice('node:'.length)]) },
          ),
      },
    ],
  })
}
