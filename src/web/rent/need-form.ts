/** What a person says they need, and the question it makes for the exchange. */
import { moneyOf, type QuoteBody } from '../../wire/index.ts'
import { parseDuration } from '../format/time.ts'

export interface NeedForm {
  readonly cores: string
  readonly memory: string
  readonly duration: string
  readonly maxPrice: string
  readonly acceptNone: boolean
}
export type NeedFaults = Partial<Record<keyof NeedForm, true>>

export const FIRST_NEED: NeedForm = {
  cores: '1',
  memory: '256 MiB',
  duration: '1 h',
  maxPrice: '',
  acceptNone: false,
}

const MEMORY = /^\s*(\d{1,7})\s*(mib|mb|m|gib|gb|g|兆)?\s*$/i

/** The MiB of `512`, `512 MiB`, `2 GiB`, `2G`; null for any other text. */
function parseMemory(text: string): number | null {
  const match = MEMORY.exec(text)
  if (match === null) return null
  const size = (match[2] ?? 'm').toLowerCase().startsWith('g') ? 1_024 : 1
  const mib = Number(match[1]) * size
  return mib > 0 && mib <= 0xffff_ffff ? mib : null
}

/** The quote to ask for, or the fields that cannot be read. The need is for one machine. */
export function quoteOf(form: NeedForm): {
  readonly body: QuoteBody | null
  readonly faults: NeedFaults
} {
  const faults: { -readonly [K in keyof NeedForm]?: true } = {}
  const memory = parseMemory(form.memory)
  const duration = form.duration.trim() === '' ? null : parseDuration(form.duration)
  const price = form.maxPrice.trim()
  if (!/^[1-9]\d{0,5}$/.test(form.cores.trim())) faults.cores = true
  if (memory === null) faults.memory = true
  if (form.duration.trim() !== '' && duration === null) faults.duration = true
  if (price !== '' && !((moneyOf(price) ?? 0n) > 0n)) faults.maxPrice = true
  if (memory === null || Object.keys(faults).length > 0) return { body: null, faults }
  return {
    faults,
    body: {
      class: 'cpu',
      cores: Number(form.cores),
      memory_mib: memory,
      duration_seconds: duration,
      max_price: price === '' ? null : price,
      colocate: true,
      isolation_none: form.acceptNone,
    },
  }
}
