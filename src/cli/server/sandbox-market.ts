/** What a new sandbox offers: one hub, three sizes of CPU core, grades A to C, play-money prices. */
import type { CommandOf, Grade } from '../../messages/index.ts'

export const HUB: CommandOf<'AddHub'> = {
  kind: 'AddHub',
  code: 'LOCAL',
  name: { en: 'This machine', zh: '本机' },
}

type Sku = CommandOf<'DefineSku'>
const sku = (code: string, memoryMib: number, en: string, zh: string): Sku => ({
  kind: 'DefineSku',
  code,
  class: 'cpu',
  unit: 'core',
  bundle: { cores: 1, memoryMib, diskMib: 0, cards: 0 },
  name: { en, zh },
})

/** Sizes of a core, with the price of a core-hour in ticks of 1,000 micro-yuan. */
export const SKUS: readonly { readonly sku: Sku; readonly priceTicks: number }[] = [
  { sku: sku('CPU-S', 512, 'CPU core, 512 MiB', 'CPU 核，512 MiB'), priceTicks: 80 },
  { sku: sku('CPU-M', 2_048, 'CPU core, 2 GiB', 'CPU 核，2 GiB'), priceTicks: 120 },
  { sku: sku('CPU-L', 8_192, 'CPU core, 8 GiB', 'CPU 核，8 GiB'), priceTicks: 240 },
]

/** U is what a machine is that could not be rated, because it was busy or scatters: it sells too. */
export const GRADES: readonly Grade[] = ['A', 'B', 'C', 'U']

/** A spot instrument of the sandbox. Interruptible: the machine may be switched off at any time. */
export function listing(of: {
  readonly code: string
  readonly sku: number
  readonly hub: number
  readonly grade: Grade
  readonly priceTicks: number
}): CommandOf<'ListInstrument'> {
  return {
    kind: 'ListInstrument',
    symbol: `${of.code}.${of.grade}.${HUB.code}`,
    sku: of.sku,
    grade: of.grade,
    hub: of.hub,
    tickMicro: 1_000n,
    referenceTicks: of.priceTicks,
    bandPpm: 900_000,
    makerFeePpm: 200,
    takerFeePpm: 500,
    sellerFeePpm: 10_000,
    horizonSeconds: 3_600,
    noticeSeconds: 600,
    interruptible: true,
  }
}
