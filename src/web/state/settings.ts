/** What a person chose for this browser: language, theme, colours of prices, keyboard shortcuts. */
import { makeStore, useStore } from './store.ts'

const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]
export const COLOURS = ['green_up', 'red_up', 'blue_orange'] as const
export type Colours = (typeof COLOURS)[number]

export interface Settings {
  readonly language: Language
  readonly theme: Theme
  /** null: as is usual in the language */
  readonly colours: Colours | null
  /** do single keys act on the trading page? */
  readonly shortcuts: boolean
}

const PLACE = 'suan.settings'

/** Green up in English, red up in Chinese, unless chosen otherwise. */
export function coloursOf(settings: Settings): Colours {
  return settings.colours ?? (settings.language === 'zh' ? 'red_up' : 'green_up')
}

/** Settings out of stored text; whatever it lacks or gets wrong falls back to the defaults. */
function readSettings(stored: string | null, browserLanguage: string): Settings {
  const given = parse(stored)
  return {
    language: known(LANGUAGES, given['language']) ?? (/^zh/i.test(browserLanguage) ? 'zh' : 'en'),
    theme: known(THEMES, given['theme']) ?? 'system',
    colours: known(COLOURS, given['colours']),
    shortcuts: given['shortcuts'] !== false,
  }
}

function parse(stored: string | null): Record<string, unknown> {
  if (stored === null || !/^\{[\w":,]*\}$/.test(stored)) return {}
  return JSON.parse(stored) as Record<string, unknown>
}

function known<T extends string>(words: readonly T[], word: unknown): T | null {
  return words.find((each) => each === word) ?? null
}

export const settingsStore = makeStore<Settings>({
  language: 'en',
  theme: 'system',
  colours: null,
  shortcuts: true,
})

/** Reads what was chosen before and shows it on the document; keeps both up to date from then on. */
export function startSettings(): void {
  settingsStore.subscribe(() => {
    localStorage.setItem(PLACE, JSON.stringify(settingsStore.get()))
    show(settingsStore.get())
  })
  settingsStore.set(readSettings(localStorage.getItem(PLACE), navigator.language))
}

/** Changes some settings. */
export function choose(part: Partial<Settings>): void {
  settingsStore.set({ ...settingsStore.get(), ...part })
}

export function useSettings(): Settings {
  return useStore(settingsStore)
}

function show(settings: Settings): void {
  const root = document.documentElement
  root.lang = settings.language === 'zh' ? 'zh-CN' : 'en'
  root.dataset['theme'] = settings.theme
  root.dataset['colours'] = coloursOf(settings)
}
