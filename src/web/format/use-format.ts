import { useMemo } from 'react'
import { useSettings } from '../state/settings.ts'
import {
  formatMemory,
  formatMoney,
  formatNumber,
  formatPpm,
  formatShare,
  type Places,
} from './number.ts'
import { formatClock, formatDuration, formatMoment } from './time.ts'

/** The formats in the chosen language. Money and prices are in CNY unless told. */
export function useFormat() {
  const { language } = useSettings()
  return useMemo(
    () => ({
      language,
      money: (text: string, places?: Places, currency = 'CNY') =>
        formatMoney(text, currency, language, places),
      number: (value: string | number | bigint, places?: Places) =>
        formatNumber(value, language, places),
      ppm: (ppm: number) => formatPpm(ppm, language),
      share: (share: number) => formatShare(share, language),
      memory: (mib: number) => formatMemory(mib, language),
      moment: (rfc3339: string) => formatMoment(rfc3339, language),
      clock: (rfc3339: string) => formatClock(rfc3339, language),
      duration: (seconds: number) => formatDuration(seconds, language),
    }),
    [language],
  )
}
export type Format = ReturnType<typeof useFormat>
