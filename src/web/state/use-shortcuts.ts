/** Keys of a screen, as long as the settings leave them on. */
import { useEffect, useRef } from 'react'
import { useSettings } from './settings.ts'

/** What each key does now, by name: `B`, `Shift+X`, `/`, `Enter`, ` `. Undefined: nothing. */
export type Shortcuts = Readonly<Record<string, (() => void) | undefined>>

const TYPED_INTO = 'input:not([type=radio], [type=checkbox]), select, textarea'
const PRESSED = `${TYPED_INTO}, input, a, button, summary`

/** Obeys the keys while the component is on the screen and no dialog is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const { shortcuts: areOn } = useSettings()
  const current = useRef(shortcuts)
  useEffect(() => {
    current.current = shortcuts
  })
  useEffect(() => {
    if (!areOn) return undefined
    const onKey = (event: KeyboardEvent): void => {
      const run = isFree(event) ? current.current[nameOf(event)] : undefined
      if (run === undefined) return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [areOn])
}

/** Is the key of no use where the focus is? Escape is a shortcut only for leaving a field. */
function isFree(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.repeat || event.isComposing) return false
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (document.querySelector('dialog[open]') !== null) return false
  const place = event.target instanceof Element ? event.target : document.body
  if (event.key === 'Escape') return place.matches(TYPED_INTO)
  if (event.key === 'Enter' || event.key === ' ') return place.closest(PRESSED) === null
  return !place.matches(TYPED_INTO)
}

function nameOf({ key, shiftKey }: KeyboardEvent): string {
  if (!/^[a-z]$/i.test(key)) return key
  return (shiftKey ? 'Shift+' : '') + key.toUpperCase()
}
