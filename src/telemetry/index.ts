/** Door of `telemetry`: samples of nodes and their rolling series. */
export { inlineKeeper, workerKeeper, type OpenKeeper } from './keeper.ts'
export { Telemetry, type Newest, type Range, type TelemetryOptions } from './telemetry.ts'
