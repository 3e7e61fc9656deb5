// One way to bundle programs of the product for Node, for the build and for the benchmarks.
import { rolldown } from 'rolldown'

/**
 * Bundles `input` (names to files below `cwd`) into `dir`; packages that `isExternal` says of stay where
 * npm put them. Numbers that a module exports are written where they are used: as variables of the
 * bundle they cost the trading core an eighth of its speed.
 */
export async function bundle({
  cwd,
  input,
  dir,
  isExternal,
  version = '',
  plugins = [],
  inject = {},
}) {
  const build = await rolldown({
    cwd,
    input,
    platform: 'node',
    external: isExternal,
    plugins,
    transform: {
      target: 'node20.19',
      define: { SUAN_VERSION: JSON.stringify(version) },
      inject,
    },
    optimization: { inlineConst: { mode: 'all', pass: 3 } },
    logLevel: 'warn',
  })
  await build.write({
    dir,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
  })
  await build.close()
}

/** Names a package, or a part of one, and no file. */
export function isPackage(id, name) {
  return id === name || id.startsWith(`${name}/`)
}
