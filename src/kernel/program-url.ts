/**
 * Address of a built program or worker, such as `agent/supervisor` for src/agent/supervisor.ts,
 * which must be on the list of scripts/programs.mjs. `from` is the caller's `import.meta.url`: built
 * code lies one folder below dist, and source, as tests run it, uses the dist beside src.
 */
export function programUrl(entry: string, from: string): URL {
  const source = from.lastIndexOf('/src/')
  const inSource = from.endsWith('.ts') && source >= 0
  return inSource
    ? new URL(`${from.slice(0, source)}/dist/${entry}.js`)
    : new URL(`../${entry}.js`, from)
}
