import { useEffect, useState } from 'react'

const EVERY_MS = 12_000

/**
 * Which of so many views is shown: the next one every twelve seconds, until paused by the button or
 * the space bar. Who asks for less motion begins paused.
 */
export function useRotation(count: number) {
  const [at, setAt] = useState(0)
  const [isPaused, setPaused] = useState(
    () => matchMedia('(prefers-reduced-motion: reduce)').matches,
  )
  useEffect(() => {
    if (isPaused) return undefined
    const timer = setInterval(() => setAt((before) => (before + 1) % count), EVERY_MS)
    return () => clearInterval(timer)
  }, [isPaused, count])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isOnControl =
        event.target instanceof Element && event.target.closest('button,a') !== null
      if (event.key === ' ' && !isOnControl) {
        event.preventDefault()
        setPaused((before) => !before)
      }
      if (event.key === 'ArrowRight') setAt((before) => (before + 1) % count)
      if (event.key === 'ArrowLeft') setAt((before) => (before + count - 1) % count)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [count])
  const show = (place: number): void => {
    setAt(place)
    setPaused(true)
  }
  return { at, isPaused, toggle: () => setPaused(!isPaused), show }
}
