// The page as a person uses it, against a real sandbox with this machine on offer, in each language.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { openBrowser, textsOf, type Browser, type Language } from './browser.ts'
import { startVenue, type Venue } from './venue.ts'

/** Waits until it is on the screen; throws when it does not come. */
const expectSeen = (place: Locator): Promise<void> => place.waitFor()

let venue: Venue
beforeAll(async () => {
  venue = await startVenue()
})
afterAll(() => venue.stop())

describe.each<Language>(['en', 'zh'])('%s', (language) => {
  const t = textsOf(language)
  let browser: Browser
  let page: Page
  let symbol = ''
  let workload = ''

  beforeAll(async () => {
    browser = await openBrowser(language)
    page = browser.page
  })
  afterAll(() => browser.close())
  afterEach(() => expect(browser.complaints()).toEqual([]))

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const inDialog = (name: string) =>
    page.getByRole('dialog').getByRole('button', { name, exact: true })
  /** A machine that is busy is not on offer for a moment: then a person asks for the price again. */
  const expectQuote = async (): Promise<void> => {
    const isShown = async () => {
      await button(t.rent.getQuote).click()
      const shown = button(t.rent.review).waitFor({ timeout: 5_000 })
      return shown.then(
        () => true,
        () => false,
      )
    }
    await expect.poll(isShown, { timeout: 60_000 }).toBe(true)
  }
  const open = (name: string) => page.getByRole('link', { name, exact: true }).first().click()
  const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
  const useAccount = async (handle: string) => {
    await page.getByRole('button', { name: new RegExp(`^${t.shell.account}`) }).click()
    await page.getByRole('radio', { name: handle }).click()
    await expectSeen(page.getByRole('button', { name: new RegExp(handle) }))
  }

  test('without a session: play money is labelled, own screens ask to sign in', async () => {
    await page.goto(`${venue.url}/wallet`)
    await expectSeen(page.getByText(t.shell.playMoney))
    await expectSeen(page.getByText(t.shell.signInFirst))
    await open(t.shell.market)
    await heading(t.market.title)
  })

  test('a link signs in to both accounts, once', async () => {
    const link = language === 'en' ? venue.link : await venue.anotherLink()
    await page.goto(link)
    await heading(t.market.title)
    expect(page.url()).not.toContain('#')
    await useAccount('sandbox-provider')
    await useAccount('sandbox-buyer')
    await page.goto(`${venue.url}/sign-in`)
    await page.getByLabel(t.shell.link).fill(link)
    await button(t.shell.useLink).click()
    await expectSeen(page.getByText(t.shell.linkUsed))
    expect(browser.complaints().every((line) => line.includes('401'))).toBe(true)
  })

  test('an order is reviewed, rests in the book, is amended and cancelled', async () => {
    await page.goto(`${venue.url}/market?quoted=true`)
    const first = page.getByRole('link', { name: /^CPU-S/ }).first()
    symbol = (await first.textContent()) ?? ''
    await first.click()
    await heading(symbol)
    await page.getByLabel(t.orders.price, { exact: true }).fill('0.05')
    await button(t.orders.review).click()
    await expectSeen(page.getByRole('dialog').getByText('¥0.050025'))
    await inDialog(t.orders.place(t.words.side.buy)).click()
    await expectSeen(page.getByRole('listitem').getByText('0.050'))
    await button(t.orders.amend).click()
    await page.getByLabel(t.orders.amendUnits).fill('2')
    await inDialog(t.orders.amend).click()
    await expectSeen(page.getByText(t.orders.lostPriority))
    await inDialog(t.shell.close).click()
    await expectSeen(page.getByRole('cell', { name: '0 / 2' }))
    await button(t.orders.cancel).click()
    await inDialog(t.orders.cancel).click()
    await expectSeen(page.getByText(t.orders.noOpen))
    await expectSeen(page.getByText(t.market.noBids))
  })

  test('keys alone place orders, find and cancel them, and stop when turned off', async () => {
    const press = (key: string) => page.keyboard.press(key)
    const sell = page.getByRole('radio', { name: t.words.side.sell })
    const placeByKeys = async () => {
      await press('Enter')
      await expectSeen(page.getByRole('dialog').getByText(t.orders.held))
      await press('Control+Enter')
      await expectSeen(button(t.orders.another))
    }
    await page.goto(`${venue.url}/market/${symbol}`)
    await heading(symbol)
    await press('?')
    await expectSeen(page.getByRole('dialog').getByText(t.shortcuts.pause))
    await press('Escape')
    await press('s')
    await expectSeen(page.getByText(t.orders.noNodesShort))
    await press('b')
    expect(await sell.isChecked()).toBe(false)
    await press('q')
    await page.keyboard.type('3')
    await press('Escape')
    await press('p')
    await page.keyboard.type('0.041')
    await press('Escape')
    await placeByKeys()
    await press('Enter')
    await placeByKeys()
    await expectSeen(page.getByRole('cell', { name: '0 / 3' }).nth(1))
    await press('/')
    await page.locator('select:focus').waitFor()
    await press('Escape')
    await press('2')
    await expectSeen(page.getByRole('heading', { name: t.orders.historyTab }))
    await press('1')
    await button(t.orders.cancel).last().focus()
    const oldest = await page.getByRole('row').filter({ hasText: '0 / 3' }).last().innerText()
    await press('x')
    await expectSeen(page.getByText(t.orders.cancelText(oldest.split(/\s/)[0] ?? '')))
    await press('Escape')
    await press('Shift+X')
    await expectSeen(page.getByText(t.orders.cancelAllText(2)))
    await press('Escape')
    await button(t.orders.cancelAll).click()
    await inDialog(t.orders.cancelAll).click()
    await expectSeen(page.getByText(t.orders.noOpen))
    await press(' ')
    await expectSeen(button(t.market.resume))
    await press(' ')
    await expectSeen(button(t.market.pause))
    await press('Enter')
    await button(t.shell.settings).click()
    await page.getByRole('checkbox', { name: t.shortcuts.title }).uncheck()
    await press('s')
    expect(await sell.isChecked()).toBe(false)
    expect(await button(t.shortcuts.title).count()).toBe(0)
    await page.getByRole('checkbox', { name: t.shortcuts.title }).check()
    await press('s')
    expect(await sell.isChecked()).toBe(true)
  })

  test('what cannot be is refused in words: price band, funds, post-only', async () => {
    await page.goto(`${venue.url}/market/${symbol}`)
    await page.getByLabel(t.orders.price, { exact: true }).fill('99')
    await button(t.orders.review).click()
    const band = t.orders.outOfBand('X', 'X').split('X')[0] ?? ''
    await expectSeen(page.getByText(band))
    await page.getByLabel(t.orders.price, { exact: true }).fill('0.05')
    await page.getByLabel(t.orders.units, { exact: true }).fill('1000000')
    await button(t.orders.review).click()
    await expectSeen(page.getByRole('dialog').getByText('INSUFFICIENT_FUNDS'))
    await inDialog(t.orders.place(t.words.side.buy)).click()
    await expectSeen(page.getByRole('dialog').getByText('INSUFFICIENT_FUNDS').nth(1))
    await inDialog(t.shell.back).click()
    await page.getByLabel(t.orders.units, { exact: true }).fill('1')
    await page.getByLabel(t.orders.price, { exact: true }).fill('0.15')
    await page.getByText(t.orders.options).click()
    await page.getByLabel(t.orders.postOnly, { exact: true }).check()
    await button(t.orders.review).click()
    await inDialog(t.orders.place(t.words.side.buy)).click()
    await expectSeen(page.getByRole('dialog').getByText('POST_ONLY_WOULD_CROSS'))
    await page.keyboard.press('Escape')
    expect(browser.complaints().filter((line) => !/status of 4[02]2/.test(line))).toEqual([])
  })

  test('a program is rented a machine, runs, and its log and cost are live', async () => {
    await page.goto(`${venue.url}/rent`)
    await page.getByLabel(t.rent.cores, { exact: true }).fill('none')
    await button(t.rent.getQuote).click()
    await expectSeen(page.getByText(t.rent.needCores))
    await page.getByLabel(t.rent.cores, { exact: true }).fill('1')
    await expectQuote()
    await page
      .getByLabel(new RegExp(t.rent.command))
      .fill('for i in 1 2 3; do echo "line $i"; echo "oops $i" >&2; sleep 1; done; exit 3')
    await button(t.rent.review).click()
    const confirm = page.getByRole('dialog').getByRole('button', { name: /¥0\.08/ })
    await confirm.click()
    await expectSeen(page.getByText('line 1', { exact: true }))
    await expectSeen(page.getByText(t.workloads.cost, { exact: true }))
    await open(t.rent.openWorkload)
    await page.waitForURL(/\/workloads\/wkl_/)
    workload = page.url().split('/').at(-1) ?? ''
    await expectSeen(page.getByText('line 3', { exact: true }))
    await expectSeen(page.getByText('oops 3', { exact: true }))
    await expectSeen(page.getByText(t.workloads.costFinal))
    await expectSeen(page.getByText(t.words.workloadStatus.failed, { exact: true }))
    await expectSeen(page.getByText(t.workloads.nothingFailed))
    await expectSeen(page.getByText(t.workloads.logEnded))
    await page.getByLabel(t.workloads.find).fill('oops 2')
    await expectSeen(page.getByText(t.workloads.matches(1)))
    const download = page.waitForEvent('download')
    await button(t.workloads.download).click()
    expect((await download).suggestedFilename()).toBe(`${workload}.log`)
  })

  test('a quote of a quiet exchange, whose last record is old, can be taken', async () => {
    await page.route('**/v1/quotes', async (route) => {
      const response = await route.fetch()
      const quote = (await response.json()) as { at: string }
      const at = new Date(Date.parse(quote.at) - 120_000).toISOString()
      await route.fulfill({ response, json: { ...quote, at } })
    })
    await page.goto(`${venue.url}/rent`)
    await expectQuote()
    await page.unroute('**/v1/quotes')
  })

  test('a running program is stopped by a person', async () => {
    await page.goto(`${venue.url}/rent`)
    await expectQuote()
    await page.getByLabel(new RegExp(t.rent.command)).fill('echo started; sleep 300')
    await button(t.rent.review).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /¥0\.08/ })
      .click()
    await expectSeen(page.getByText('started', { exact: true }))
    await open(t.rent.openWorkload)
    await button(t.workloads.stop).click()
    await inDialog(t.workloads.stop).click()
    await expectSeen(page.getByText(t.words.workloadEnd.STOPPED_BY_BUYER))
    await expectSeen(page.getByText(t.workloads.costFinal))
  })

  test('a machine rented without a program is given back', async () => {
    await page.goto(`${venue.url}/rent`)
    await expectQuote()
    await button(t.rent.review).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /¥0\.08/ })
      .click()
    await open(t.rent.openAllocation)
    await button(t.workloads.close).click()
    await inDialog(t.workloads.close).click()
    await expectSeen(page.getByText(t.workloads.noAllocations))
    await page.goto(`${venue.url}/wallet`)
    await expectSeen(page.getByText(t.words.leaseEnd.BUYER_CLOSED).first())
  })

  test('the wallet shows every line, gives play money, and keeps a cap', async () => {
    await page.goto(`${venue.url}/wallet`)
    await expectSeen(page.getByRole('cell', { name: 'DLV-012' }).first())
    await button(t.wallet.faucet).click()
    await page.getByRole('textbox', { name: t.wallet.amount }).fill('12.5')
    await inDialog(t.wallet.faucet).click()
    await expectSeen(page.getByRole('cell', { name: '¥12.500000' }).first())
    await button(t.wallet.setBudget).click()
    await page.getByRole('textbox', { name: t.wallet.limit }).fill('50')
    await inDialog(t.shell.save).click()
    await expectSeen(page.getByRole('cell', { name: '¥50.00' }).first())
    await button(t.wallet.remove).click()
    await inDialog(t.wallet.remove).click()
    await expectSeen(page.getByText(t.wallet.noBudgets))
  })

  test('orders, fills and closed ones stand where they belong', async () => {
    await page.goto(`${venue.url}/orders`)
    await page.getByRole('radio', { name: t.orders.fillsTab }).check()
    await expectSeen(page.getByRole('cell', { name: symbol }).first())
    await page.getByRole('radio', { name: t.orders.historyTab }).check()
    await expectSeen(page.getByText(t.words.orderStatus.filled).first())
    await expectSeen(page.getByText(t.words.orderEnd.BY_OWNER).first())
  })

  test('the provider sees machine, evaluation, occupancy, offers and earnings', async () => {
    await page.goto(`${venue.url}/provider`)
    await expectSeen(page.getByText(t.provider.none))
    await useAccount('sandbox-provider')
    // A machine that is busy with these tests may be measured and not rated.
    const rated = page.getByText(t.evaluation.metrics['int_nt_ops_per_s'] ?? '')
    await expectSeen(rated.or(page.getByText(t.provider.unrated)))
    await expectSeen(page.getByRole('heading', { name: t.provider.occupancy }))
    await expectSeen(page.getByRole('cell', { name: symbol }).first())
    await expectSeen(page.getByText(t.words.leaseEnd.WORKLOAD_DONE).first())
    await button(t.provider.edit).first().click()
    await page.getByLabel(t.provider.unitPrice, { exact: true }).fill('0.081')
    await inDialog(t.provider.saveOffer).click()
    await expectSeen(page.getByRole('cell', { name: /0\.081/ }))
    await button(t.provider.edit).first().click()
    await page.getByLabel(t.provider.unitPrice, { exact: true }).fill('0.08')
    await inDialog(t.provider.saveOffer).click()
    await expectSeen(page.getByRole('cell', { name: /0\.080/ }))
    await open(t.evaluation.openReport)
    await expectSeen(page.getByRole('heading', { name: t.evaluation.evidenceTitle }))
    expect(await page.getByText(t.evaluation.fails, { exact: true }).count()).toBe(0)
    await page.goto(`${venue.url}/provider`)
  })

  test('a machine in maintenance sells nothing until it is online again', async () => {
    const state = (name: string) => page.getByRole('radio', { name, exact: true }).click()
    await state(t.words.nodeStatus.maintenance)
    await expectSeen(page.getByText(t.provider.statusHint.maintenance))
    await page.goto(`${venue.url}/market/${symbol}`)
    await expectSeen(page.getByText(t.market.noAsks))
    await page.goto(`${venue.url}/provider`)
    await state(t.words.nodeStatus.online)
    await expectSeen(page.getByText(t.provider.statusHint.online))
    await page.goto(`${venue.url}/market/${symbol}`)
    await expectSeen(page.getByRole('list', { name: t.market.asks }))
    await page.keyboard.press('s')
    await page.locator('option[value^=node_]:checked').waitFor({ state: 'attached' })
    await useAccount('sandbox-buyer')
  })

  test('settings change language, theme and colours at once and are kept', async () => {
    const other = language === 'en' ? '简体中文' : 'English'
    const own = language === 'en' ? 'English' : '简体中文'
    await button(t.shell.settings).click()
    await page.getByRole('radio', { name: other }).check()
    await expectSeen(page.getByText(textsOf(language === 'en' ? 'zh' : 'en').shell.playMoney))
    await page.getByRole('radio', { name: own }).check()
    await page.getByRole('radio', { name: t.shell.themes.dark }).check()
    await page.getByRole('radio', { name: t.shell.colourNames.blue_orange }).check()
    await page.reload()
    await expectSeen(page.locator('html[data-theme=dark][data-colours=blue_orange]'))
  })

  test('an unknown address says so; signing out ends both sessions', async () => {
    await page.goto(`${venue.url}/no-such-page`)
    await heading(t.errors.notFoundTitle)
    await page.getByRole('button', { name: new RegExp(`^${t.shell.account}`) }).click()
    await button(t.shell.signOut).click()
    await heading(t.shell.signIn)
    await page.goto(`${venue.url}/wallet`)
    await expectSeen(page.getByText(t.shell.signInFirst))
    const cookies = await page.context().cookies()
    expect(cookies.filter((cookie) => cookie.name.startsWith('suan_session'))).toEqual([])
  })

  test('a person signs in by name and password; a wrong one is refused', async () => {
    const handle = `person-${language}`
    await venue.addPerson(handle, 'correct horse')
    await page.goto(`${venue.url}/sign-in`)
    await page.getByRole('radio', { name: t.shell.byPassword }).check()
    await button(t.shell.signIn).click()
    await expectSeen(page.getByText(t.shell.needHandle))
    await page.getByLabel(t.shell.handle, { exact: true }).fill(handle)
    await page.getByLabel(t.shell.password, { exact: true }).fill('wrong horse')
    await button(t.shell.signIn).click()
    await expectSeen(page.getByText(t.shell.passwordWrong))
    await page.getByLabel(t.shell.password, { exact: true }).fill('correct horse')
    await button(t.shell.signIn).click()
    await heading(t.market.title)
    await expectSeen(page.getByRole('button', { name: /sandbox-buyer/ }))
    expect(browser.complaints().every((line) => line.includes('401'))).toBe(true)
  })
})
