/** Door of `api`. */
export { openStandbyDoor } from './standby-door.ts'
export { buildApi, type Api } from './app.ts'
export type { ApiOptions, Rate } from './services.ts'
