import type { Resources } from '../../wire/index.ts'
import type { Format } from '../format/use-format.ts'
import type { Texts } from '../i18n/en.ts'

/** `1 core · 512 MiB memory`: what a bundle holds, without what it has none of. */
export function bundleText(bundle: Resources, t: Texts, format: Format): string {
  return [
    bundle.cores > 0 ? t.market.cores(bundle.cores) : '',
    bundle.cards > 0 ? t.market.cards(bundle.cards) : '',
    bundle.memory_mib > 0 ? t.market.memoryOf(format.memory(bundle.memory_mib)) : '',
    bundle.disk_mib > 0 ? t.market.diskOf(format.memory(bundle.disk_mib)) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ')
}
