/** What the bundle uses for Node's global timers: they run on the simulation's time. */
import type { Timeline } from '../timeline.ts'

let timeline: Timeline | null = null

export function setTimeline(of: Timeline): void {
  timeline = of
}
function now(): Timeline {
  if (timeline === null) throw new Error('there is no simulated time yet')
  return timeline
}

const US_PER_MS = 1_000
type Cancel = { readonly cancel: () => void; readonly unref: () => void }

export const performance = { now: (): number => now().nowUs / US_PER_MS }

export function setImmediate(run: (...args: unknown[]) => void, ...args: unknown[]): Cancel {
  let isCancelled = false
  now().turn(() => isCancelled || run(...args))
  return cancellable(() => (isCancelled = true))
}
export function setTimeout(run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Cancel {
  return cancellable(now().after(ms * US_PER_MS, () => run(...args)))
}
export function setInterval(run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Cancel {
  let cancel = (): void => {}
  const again = (): void => {
    cancel = now().after(ms * US_PER_MS, () => {
      again()
      run(...args)
    })
  }
  again()
  return cancellable(() => cancel())
}
export function clearTimeout(timer: Cancel | undefined): void {
  timer?.cancel()
}
export function clearInterval(timer: Cancel | undefined): void {
  timer?.cancel()
}
export function clearImmediate(timer: Cancel | undefined): void {
  timer?.cancel()
}

function cancellable(cancel: () => void): Cancel {
  return { cancel, unref: () => {} }
}
