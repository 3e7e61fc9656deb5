import { useSettings, type Language } from '../state/settings.ts'
import { en, type Texts } from './en.ts'
import { zh } from './zh.ts'

/** The catalogue of a language. */
function textsOf(language: Language): Texts {
  return language === 'zh' ? zh : en
}

/** The catalogue of the chosen language. */
export function useText(): Texts {
  return textsOf(useSettings().language)
}
