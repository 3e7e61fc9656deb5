/** Door of `web`: its texts, so that tests find on the screen what a person reads. */
export { en, type Texts } from './i18n/en.ts'
export { zh } from './i18n/zh.ts'
