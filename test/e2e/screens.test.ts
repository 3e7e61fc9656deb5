// Every screen in both languages and both themes: WCAG 2.2 AA by axe-core, no complaint of the
// console, nothing wider than a small telephone, and every button does something or says why not.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFaults } from './axe.ts'
import { openBrowser, textsOf, type Browser, type Language } from './browser.ts'
import { startVenue, type Venue } from './venue.ts'

const SCREENS = [
  '/sign-in',
  '/market',
  '/market/{symbol}',
  '/catalog',
  '/rent',
  '/workloads',
  '/workloads/{workload}',
  '/orders',
  '/provider',
  '/wallet',
  '/disputes',
  '/disputes/{dispute}',
  '/monitor',
  '/hubs/hub_1',
  '/sites/site_1',
  '/nodes/node_1',
  '/evaluations/{report}',
  '/wall',
  '/no-such-page',
]

let venue: Venue
let browser: Browser
let symbol = ''
let workload = ''
let report = ''
let dispute = ''
const at = (screen: string): string =>
  venue.url +
  screen
    .replace('{symbol}', symbol)
    .replace('{workload}', workload)
    .replace('{report}', report)
    .replace('{dispute}', dispute)

beforeAll(async () => {
  venue = await startVenue()
  dispute = await venue.makeDispute()
  browser = await openBrowser('en')
  const { page } = browser
  const t = textsOf('en')
  await page.goto(venue.link)
  await page.getByRole('heading', { level: 1, name: t.market.title }).waitFor()
  symbol =
    (await page
      .getByRole('link', { name: /^CPU-S/ })
      .first()
      .textContent()) ?? ''
  await page.goto(`${venue.url}/rent`)
  await page.getByRole('button', { name: t.rent.getQuote }).click()
  await page.getByLabel(new RegExp(t.rent.command)).fill('echo seen; echo warned >&2')
  await page.getByRole('button', { name: t.rent.review }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /¥0\.08/ })
    .click()
  await page.getByRole('link', { name: t.rent.openWorkload }).click()
  await page.waitForURL(/wkl_/)
  workload = page.url().split('/').at(-1) ?? ''
  await page.getByText(t.workloads.costFinal).waitFor()
  // The daemon has measured the machine by now, or is about to.
  await page.goto(`${venue.url}/nodes/node_1`)
  const reports = page.getByRole('region', { name: t.evaluation.history }).last()
  await reports.getByRole('link').first().waitFor({ timeout: 60_000 })
  report = (await reports.getByRole('link').first().getAttribute('href'))?.split('/').at(-1) ?? ''
})
afterAll(async () => {
  await browser.close()
  await venue.stop()
})

/** Waits until nothing of the screen is on its way any more. */
async function settled(): Promise<void> {
  const { page } = browser
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
}

describe.each<[Language, 'light' | 'dark']>([
  ['en', 'light'],
  ['en', 'dark'],
  ['zh', 'light'],
  ['zh', 'dark'],
])('%s, %s', (language, theme) => {
  beforeAll(async () => {
    await browser.settle({ language, theme })
    browser.complaints()
  })

  test.each(SCREENS)('%s', async (screen) => {
    await browser.page.goto(at(screen))
    await settled()
    expect(await axeFaults(browser.page)).toEqual([])
    expect(browser.complaints()).toEqual([])
  })
})

test.each(SCREENS)('%s fits a screen of 360 pixels', async (screen) => {
  const { page } = browser
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(at(screen))
  await settled()
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
  await page.setViewportSize({ width: 1360, height: 900 })
  expect(wide).toBeLessThanOrEqual(360)
})

test.each(SCREENS)('every button of %s can be pressed', async (screen) => {
  const { page } = browser
  await browser.settle({ language: 'en', theme: 'light' })
  await page.goto(at(screen))
  await settled()
  const count = await page.locator('main button').count()
  const unexplained: string[] = []
  for (let index = 0; index < count; index++) {
    const button = page.locator('main button').nth(index)
    if (!(await button.isVisible())) continue
    if ((await button.getAttribute('aria-disabled')) === 'true') {
      if ((await button.getAttribute('aria-describedby')) === null) {
        unexplained.push(await button.innerText())
      }
      continue
    }
    await button.click()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
  }
  expect(unexplained).toEqual([])
  expect(browser.complaints()).toEqual([])
})
