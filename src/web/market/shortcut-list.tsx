import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { useSettings } from '../state/settings.ts'
import { useShortcuts } from '../state/use-shortcuts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Facts } from '../ui/facts.tsx'
import styles from './market.module.css'

/** The keys of the trading page, behind a button and behind `?`; nothing when they are off. */
export function ShortcutList() {
  const t = useText()
  const { shortcuts: areOn } = useSettings()
  const [isOpen, setIsOpen] = useState(false)
  useShortcuts({ '?': () => setIsOpen(true), Escape: leaveField })
  if (!areOn) return null
  const close = (): void => setIsOpen(false)
  const keys: readonly (readonly [text: string, key: string])[] = [
    [t.shortcuts.symbol, '/'],
    [t.shortcuts.buy, 'B'],
    [t.shortcuts.sell, 'S'],
    [t.shortcuts.price, 'P'],
    [t.shortcuts.units, 'Q'],
    [t.shortcuts.review, 'Enter'],
    [t.shortcuts.confirm, 'Ctrl + Enter'],
    [t.shortcuts.leave, 'Esc'],
    [t.shortcuts.cancel, 'X'],
    [t.shortcuts.cancelAll, 'Shift + X'],
    [t.shortcuts.tabs, '1 – 3'],
    [t.shortcuts.pause, 'Space'],
    [t.shortcuts.help, '?'],
  ]
  return (
    <>
      <span className={styles['keys']}>
        <Button tone="quiet" onClick={() => setIsOpen(true)}>
          {t.shortcuts.title}
        </Button>
      </span>
      {isOpen && (
        <Dialog
          title={t.shortcuts.title}
          onClose={close}
          actions={<Button onClick={close}>{t.shell.close}</Button>}
        >
          <Facts facts={keys.map(([text, key]) => [text, <kbd>{key}</kbd>])} />
        </Dialog>
      )}
    </>
  )
}

function leaveField(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
}
