import { useState } from 'react'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useAccount } from '../state/session.ts'
import { useChannel } from '../state/stream.tsx'

/** Tells screen readers of own fills, and of nothing else. */
export function FillNews() {
  const t = useText()
  const format = useFormat()
  const account = useAccount()
  const [news, setNews] = useState('')
  useChannel(account === null ? null : 'fills', {}, (frame) => {
    const fill = frame.type === 'update' ? frame.data.at(-1) : undefined
    if (fill === undefined) return
    const { side, units, symbol, price } = fill
    setNews(t.orders.fillNews(t.words.side[side], units, symbol, format.money(price)))
  })
  return (
    <p className="hidden" role="status">
      {news}
    </p>
  )
}
