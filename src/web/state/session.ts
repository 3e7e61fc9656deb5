/** Who is signed in in this browser, with which accounts, and which of them is chosen. */
import { createClient, hasCode, type Client } from '../../client/index.ts'
import type { Scope } from '../../messages/index.ts'
import type { SignedIn, WhoAmI } from '../../wire/index.ts'
import { settingsStore } from './settings.ts'
import { makeStore, useStore } from './store.ts'

export type Session =
  | { readonly status: 'loading' }
  | { readonly status: 'signed_out' }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'signed_in'; readonly who: WhoAmI; readonly accounts: readonly SignedIn[] }

const PLACE = 'suan.account'
const store = makeStore<Session>({ status: 'loading' })
/** the account that requests speak for; null lets the server choose */
let chosen: string | null = null

const clients = {
  en: clientIn('en'),
  zh: clientIn('zh'),
}

function clientIn(language: 'en' | 'zh'): Client {
  return createClient({
    baseUrl: '',
    language,
    retries: 2,
    account: () => chosen,
    csrfToken: () => {
      const session = store.get()
      return session.status === 'signed_in' ? session.who.csrf_token : null
    },
  })
}

/** The client of the public API; error texts come in the chosen language. */
export function api(): Client {
  return clients[settingsStore.get().language]
}

/** Asks the server who is signed in. Never fails: the outcome is the session's status. */
export async function loadSession(): Promise<void> {
  chosen = localStorage.getItem(PLACE)
  // Without an account noted here there is no session: the cookies themselves cannot be seen.
  if (chosen === null) return store.set({ status: 'signed_out' })
  try {
    take(await api().whoAmI())
  } catch (error) {
    const isOut = hasCode(error, 'UNAUTHENTICATED', 'KEY_EXPIRED')
    if (isOut) localStorage.removeItem(PLACE)
    store.set(isOut ? { status: 'signed_out' } : { status: 'failed', error })
  }
}

/** Opens a session for each token; throws the SuanError of the first that fails when none works. */
export async function signInByTokens(tokens: readonly string[]): Promise<void> {
  chosen = null
  let first: WhoAmI | null = null
  let failed: unknown = null
  for (const token of tokens) {
    try {
      const { whoami } = await api().createSession({ body: { link_token: token } })
      first ??= whoami
    } catch (error) {
      failed ??= error
    }
  }
  if (first === null) throw failed
  await switchAccount(first.account.id)
}

/** Opens a session by handle and password; throws SuanError. */
export async function signInByPassword(handle: string, password: string): Promise<void> {
  chosen = null
  const { whoami } = await api().createSession({ body: { handle, password } })
  await switchAccount(whoami.account.id)
}

/** Lets another of the signed-in accounts speak. */
export async function switchAccount(account: string): Promise<void> {
  localStorage.setItem(PLACE, account)
  await loadSession()
}

/** Ends every session of this browser. */
export async function signOut(): Promise<void> {
  const session = store.get()
  if (session.status !== 'signed_in') return
  for (const { account } of session.accounts) {
    chosen = account.id
    take(await api().whoAmI())
    await api().endSession()
  }
  chosen = null
  localStorage.removeItem(PLACE)
  store.set({ status: 'signed_out' })
}

function take(who: WhoAmI): void {
  const accounts = who.sessions ?? [{ account: who.account, member: who.member }]
  chosen = who.account.id
  localStorage.setItem(PLACE, who.account.id)
  store.set({ status: 'signed_in', who, accounts })
}

export function useSession(): Session {
  return useStore(store)
}

/** Id of the chosen account; null when signed out. */
export function useAccount(): string | null {
  const session = useSession()
  return session.status === 'signed_in' ? session.who.account.id : null
}

/** Does the chosen account's key have this scope? */
export function useScope(scope: Scope): boolean {
  const session = useSession()
  return session.status === 'signed_in' && session.who.scopes.includes(scope)
}
