/** Chromium on an empty profile, with everything it complains about. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { en, zh, type Texts } from '../../src/web/index.ts'

export type Language = 'en' | 'zh'
export const textsOf = (language: Language): Texts => (language === 'zh' ? zh : en)

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Browser {
  readonly page: Page
  /** what the console said since it was asked last: errors, warnings, uncaught exceptions */
  readonly complaints: () => string[]
  /** Settings of the page from its next load on. */
  readonly settle: (settings: { language: Language; theme: 'light' | 'dark' }) => Promise<void>
  readonly close: () => Promise<void>
}

export async function openBrowser(language: Language): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'suan-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: false,
    args: FLAGS,
    viewport: { width: 1360, height: 900 },
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    acceptDownloads: true,
  })
  const page = context.pages()[0] ?? (await context.newPage())
  page.setDefaultTimeout(60_000)
  const heard: string[] = []
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    heard.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => heard.push(`uncaught ${error.message}`))
  return {
    page,
    complaints: () => heard.splice(0),
    settle: (settings) =>
      page.evaluate(
        `localStorage.setItem('suan.settings', '${JSON.stringify({ ...settings, colours: null })}')`,
      ),
    close: async () => {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}
