// A disputed bill as the seller and two persons of the operator meet it, in each language.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { axeFaults } from './axe.ts'
import { openBrowser, textsOf, type Browser, type Language } from './browser.ts'
import { startVenue, type Venue } from './venue.ts'

/** Waits until it is on the screen; throws when it does not come. */
const expectSeen = (place: Locator): Promise<void> => place.waitFor()
const PASSWORD = 'a long one of the office'
const PERSONS = ['first-person', 'second-person'] as const
const LANGUAGES: Language[] = ['en', 'zh']

let venue: Venue
beforeAll(async () => {
  venue = await startVenue()
  for (const person of PERSONS) await venue.addPerson(person, PASSWORD, 'operator')
})
afterAll(() => venue.stop())

describe.each(LANGUAGES)('%s', (language) => {
  const t = textsOf(language)
  let browser: Browser
  let page: Page
  let dispute = ''

  beforeAll(async () => {
    browser = await openBrowser(language)
    page = browser.page
  })
  afterAll(() => browser.close())
  afterEach(() => expect(browser.complaints()).toEqual([]))

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const inDialog = (name: string) =>
    page.getByRole('dialog').getByRole('button', { name, exact: true })
  const signIn = async (person: string) => {
    await page.goto(`${venue.url}/sign-in`)
    await page.getByRole('radio', { name: t.shell.byPassword }).check()
    await page.getByLabel(t.shell.handle, { exact: true }).fill(person)
    await page.getByLabel(t.shell.password, { exact: true }).fill(PASSWORD)
    await button(t.shell.signIn).click()
    await expectSeen(page.getByRole('heading', { level: 1, name: t.market.title }))
  }
  const openDispute = async () => {
    await page.getByRole('link', { name: t.shell.disputes, exact: true }).click()
    await page.getByRole('link', { name: dispute, exact: true }).click()
    await expectSeen(page.getByRole('heading', { level: 1, name: dispute }))
  }

  test('without one there is an empty list, then the seller sees both sides of it', async () => {
    await page.goto(language === 'en' ? venue.link : await venue.anotherLink())
    await expectSeen(page.getByRole('heading', { level: 1, name: t.market.title }))
    await page.goto(`${venue.url}/disputes`)
    await expectSeen(page.getByText(t.disputes.none.open))
    dispute = await venue.makeDispute()
    await page.getByRole('button', { name: new RegExp(`^${t.shell.account}`) }).click()
    await page.getByRole('radio', { name: 'sandbox-provider' }).click()
    await page.goto(`${venue.url}/provider`)
    const panel = page.getByRole('region', { name: t.disputes.aboutNodes, exact: true })
    await panel.getByRole('link', { name: dispute }).click()
    await expectSeen(page.getByRole('heading', { level: 2, name: t.disputes.both }))
    await expectSeen(page.getByRole('cell', { name: t.disputes.seconds('1'), exact: true }).first())
    await expectSeen(page.getByRole('cell', { name: t.disputes.signed, exact: true }).first())
    expect(await button(t.disputes.propose).count()).toBe(0)
    expect(await axeFaults(page)).toEqual([])
  })

  test('one person proposes, and cannot approve alone', async () => {
    await signIn(PERSONS[0])
    await openDispute()
    await button(t.disputes.propose).click()
    await expectSeen(page.getByText(t.disputes.needReason))
    await page.getByLabel(t.disputes.accept).fill('0')
    await expectSeen(page.getByText(t.disputes.needSeconds))
    await page.getByLabel(t.disputes.accept).fill('2')
    await page.getByLabel(t.disputes.reason).fill('seen on the page')
    await button(t.disputes.propose).click()
    await expectSeen(page.getByRole('cell', { name: 'seen on the page' }))
    await expectSeen(page.getByText(t.disputes.ownProposal))
    expect(await button(t.disputes.approve).getAttribute('aria-disabled')).toBe('true')
    expect(await axeFaults(page)).toEqual([])
  })

  test('another one approves: it is decided, and the list says so', async () => {
    await signIn(PERSONS[1])
    await openDispute()
    await button(t.disputes.approve).click()
    await inDialog(t.disputes.approve).click()
    await expectSeen(page.getByText('seen on the page', { exact: true }))
    await expectSeen(page.getByText(t.words.decidedBy.operator))
    expect(await button(t.disputes.propose).count()).toBe(0)
    await page.getByRole('link', { name: t.disputes.all }).click()
    await expectSeen(page.getByText(t.disputes.none.open))
    await page.getByRole('radio', { name: t.disputes.filters.decided }).check()
    await expectSeen(page.getByRole('link', { name: dispute, exact: true }))
    expect(await axeFaults(page)).toEqual([])
  })
})
