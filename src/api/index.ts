/** Door of `api`. */
export { buildApi, type Api } from './app.ts'
export type { ApiOptions, Rate } from './services.ts'
