import { US_PER_SECOND } from '../kernel/index.ts'
import type { InstrumentView } from '../messages/index.ts'
import { toTicker, type Ticker } from '../wire/index.ts'
import type { Services } from './services.ts'

const DAY_US = 86_400 * US_PER_SECOND

/** Tickers of instruments as just asked of the engine; without the day's figures during a rebuild. */
export async function tickersOf(
  { door, readModels, nowUs }: Services,
  instruments: readonly InstrumentView[],
): Promise<Ticker[]> {
  const seq = door.durableSeq()
  const sinceUs = nowUs() - DAY_US
  return Promise.all(
    instruments.map(async (view) => {
      const { instrument } = view
      const day = readModels.rebuilding() ? null : await readModels.summary({ instrument, sinceUs })
      return toTicker(view, day, seq)
    }),
  )
}
