// The monitoring wall: one screen without scrolling, views in turn until somebody pauses them, and
// what is let beside what is in use, live.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser, textsOf, type Browser } from './browser.ts'
import { startVenue, type Venue } from './venue.ts'

const t = textsOf('en')
let venue: Venue
let browser: Browser
beforeAll(async () => {
  venue = await startVenue()
  browser = await openBrowser('en')
})
afterAll(async () => {
  await browser.close()
  await venue.stop()
})
beforeEach(async () => {
  await browser.page.emulateMedia({ reducedMotion: 'no-preference' })
})

async function openWall(): Promise<void> {
  await browser.page.goto(`${venue.url}/wall`)
  await browser.page
    .getByRole('heading', { level: 2, name: t.monitor.allocation, exact: true })
    .waitFor()
}
const view = () => browser.page.getByRole('group', { name: /^View \d of 4$/ })

describe('the wall', () => {
  test.each([
    [1920, 1080],
    [3840, 2160],
    [1280, 720],
  ])('fits %i by %i without scrolling', async (width, height) => {
    const { page } = browser
    await page.setViewportSize({ width, height })
    await openWall()
    const size = await page.evaluate<number[]>(
      '[document.documentElement.scrollWidth, document.documentElement.scrollHeight]',
    )
    expect(size).toEqual([width, height])
    for (const name of [t.wall.pause, t.wall.leave]) {
      expect(await page.getByText(name, { exact: true }).isVisible()).toBe(true)
    }
    expect(browser.complaints()).toEqual([])
  })

  test('space and the button pause it, arrows and dots choose a view', async () => {
    const { page } = browser
    await openWall()
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: t.wall.resume }).click()
    await page.getByRole('button', { name: t.wall.pause }).waitFor()
    await page.keyboard.press('ArrowRight')
    expect(await view().getAttribute('aria-label')).toBe(t.wall.scene(2, 4))
    await page.getByRole('button', { name: t.wall.scenes.market }).click()
    await page.getByRole('heading', { level: 2, name: t.wall.scenes.market }).waitFor()
    await page.getByRole('button', { name: t.wall.resume }).waitFor()
  })

  test('views change by themselves, and not where less motion is asked for', async () => {
    const { page } = browser
    await openWall()
    await page.getByRole('heading', { level: 2, name: t.wall.scenes.machines }).waitFor()
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await openWall()
    expect(await page.getByRole('button', { name: t.wall.resume }).isVisible()).toBe(true)
  })

  test('leads to the hub, its site and its machine, which are live', async () => {
    const { page } = browser
    await openWall()
    await page.getByRole('region', { name: t.wall.map }).getByRole('link').first().click()
    await page.waitForURL(/\/hubs\//)
    await page.getByRole('region', { name: t.monitor.parts.hub }).getByRole('link').first().click()
    await page.waitForURL(/\/sites\//)
    await page.getByRole('region', { name: t.monitor.parts.site }).getByRole('link').first().click()
    await page.waitForURL(/\/nodes\//)
    await page.getByText(t.monitor.metrics.rtt_us, { exact: true }).first().waitFor()
    await page.getByRole('radio', { name: t.monitor.steps['1m'] }).check()
    await page.getByRole('figure', { name: new RegExp(t.monitor.both) }).waitFor()
    expect(browser.complaints()).toEqual([])
  })
})
