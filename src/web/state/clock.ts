/** The exchange's clock as this page knows it, and a beat for figures that change by the second. */
import { useEffect, useState } from 'react'

let aheadMs = 0

/** Takes a time that the server gave just now. */
export function noteServerTime(rfc3339: string): void {
  const given = Date.parse(rfc3339)
  if (Number.isFinite(given)) aheadMs = given - Date.now()
}

/** The exchange's time in milliseconds since 1970. */
export function serverNowMs(): number {
  return Date.now() + aheadMs
}

/** The exchange's time, anew every second while `running`. */
export function useServerNow(running = true): number {
  const [nowMs, setNowMs] = useState(serverNowMs)
  useEffect(() => {
    if (!running) return undefined
    const timer = setInterval(() => setNowMs(serverNowMs()), 1_000)
    return () => clearInterval(timer)
  }, [running])
  return nowMs
}
