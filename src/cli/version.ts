declare const SUAN_VERSION: string | undefined

/** The package version, written into the bundle by the build; `dev` when run from source. */
export function version(): string {
  return typeof SUAN_VERSION === 'string' ? SUAN_VERSION : 'dev'
}
