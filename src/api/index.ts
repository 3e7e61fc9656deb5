/** Door of `api`. */
export { openStandbyDoor } from './standby-door.ts'
export { buildApi, type Api } from './app.ts'
export { DEFAULT_RATES, type ApiOptions, type ApiRates, type Rate } from './services.ts'
