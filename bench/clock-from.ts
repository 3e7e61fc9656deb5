import type { Clock } from '../src/engine/index.ts'

/** The wall clock, but that it begins at another time. */
export function clockFrom(startUs: number): Clock {
  const began = performance.now()
  const paceUs = (): number => performance.now() * 1_000
  return {
    nowUs: () => Math.floor(startUs + paceUs() - began * 1_000),
    paceUs,
    after: (delayMs, wake) => {
      const timer = setTimeout(wake, delayMs)
      return () => clearTimeout(timer)
    },
  }
}
