import { useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import styles from './sign-in.module.css'
import { tokensOf } from './tokens.ts'

export function LinkForm({ onTokens }: { readonly onTokens: (tokens: string[]) => void }) {
  const t = useText()
  const [text, setText] = useState('')
  const [isWrong, setIsWrong] = useState(false)
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        const tokens = tokensOf(text)
        setIsWrong(tokens.length === 0)
        if (tokens.length > 0) onTokens(tokens)
      }}
    >
      <Field label={t.shell.link} hint={t.shell.linkHint} error={isWrong ? t.shell.needLink : null}>
        {(wiring) => (
          <input
            {...wiring}
            value={text}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button tone="primary" type="submit">
        {t.shell.useLink}
      </Button>
    </form>
  )
}
