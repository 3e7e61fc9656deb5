import { useText } from '../i18n/use-text.ts'
import {
  COLOURS,
  THEMES,
  choose,
  coloursOf,
  useSettings,
  type Language,
} from '../state/settings.ts'
import { Check } from '../ui/check.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Menu } from './menu.tsx'
import styles from './settings-menu.module.css'

/** Each language in its own words, whatever the page speaks now. */
const NAMES: readonly { readonly value: Language; readonly label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'zh', label: '简体中文' },
]

export function SettingsMenu() {
  const t = useText()
  const settings = useSettings()
  return (
    <Menu label={t.shell.settings} button={<Gear />}>
      {() => (
        <>
          <Segmented
            label={t.shell.language}
            shown
            value={settings.language}
            options={NAMES}
            onChange={(language) => choose({ language })}
          />
          <Segmented
            label={t.shell.theme}
            shown
            value={settings.theme}
            options={THEMES.map((value) => ({ value, label: t.shell.themes[value] }))}
            onChange={(theme) => choose({ theme })}
          />
          <Segmented
            label={t.shell.colours}
            shown
            value={coloursOf(settings)}
            options={COLOURS.map((value) => ({ value, label: t.shell.colourNames[value] }))}
            onChange={(colours) => choose({ colours })}
          />
          <p className={styles['sample']}>
            <span className="up">▲ 0.121</span>
            <span className="down">▼ 0.119</span>
          </p>
          <Check
            label={t.shortcuts.title}
            hint={t.shortcuts.setting}
            checked={settings.shortcuts}
            onChange={(shortcuts) => choose({ shortcuts })}
          />
        </>
      )}
    </Menu>
  )
}

function Gear() {
  return (
    <svg width="18" height="18" viewBox="0 0 24 24" aria-hidden="true" fill="none">
      <g stroke="currentColor" strokeWidth="2" strokeLinecap="round">
        <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
        <circle cx="16" cy="7" r="2.5" />
        <circle cx="8" cy="17" r="2.5" />
      </g>
    </svg>
  )
}
