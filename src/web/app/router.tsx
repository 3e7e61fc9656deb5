/** Every screen and its address. Screens are loaded when they are first opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { FailedPage } from './failed-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell })
const at = <P extends string>(path: P) => ({ path, getParentRoute: () => root })

const home = createRoute({
  ...at('/'),
  beforeLoad: () => {
    throw redirect({ to: '/market' })
  },
})
const signIn = createRoute({
  ...at('/sign-in'),
  component: lazyRouteComponent(() => import('../sign-in/sign-in-page.tsx'), 'SignInPage'),
})
const market = createRoute({
  ...at('/market'),
  validateSearch: (given: Record<string, unknown>): { q?: string; quoted?: true } => ({
    ...(typeof given['q'] === 'string' && given['q'] !== '' ? { q: given['q'] } : {}),
    ...(given['quoted'] === true ? { quoted: true } : {}),
  }),
  component: lazyRouteComponent(() => import('../market/market-page.tsx'), 'MarketPage'),
})
const instrument = createRoute({
  ...at('/market/$symbol'),
  component: lazyRouteComponent(() => import('../market/instrument-page.tsx'), 'InstrumentPage'),
})
const catalog = createRoute({
  ...at('/catalog'),
  component: lazyRouteComponent(() => import('../catalogue/catalogue-page.tsx'), 'CataloguePage'),
})
const rent = createRoute({
  ...at('/rent'),
  component: lazyRouteComponent(() => import('../rent/rent-page.tsx'), 'RentPage'),
})
const workloads = createRoute({
  ...at('/workloads'),
  component: lazyRouteComponent(() => import('../workloads/workloads-page.tsx'), 'WorkloadsPage'),
})
const workload = createRoute({
  ...at('/workloads/$id'),
  component: lazyRouteComponent(() => import('../workloads/workload-page.tsx'), 'WorkloadPage'),
})
const orders = createRoute({
  ...at('/orders'),
  component: lazyRouteComponent(() => import('../orders/orders-page.tsx'), 'OrdersPage'),
})
const provider = createRoute({
  ...at('/provider'),
  component: lazyRouteComponent(() => import('../provider/provider-page.tsx'), 'ProviderPage'),
})
const wallet = createRoute({
  ...at('/wallet'),
  component: lazyRouteComponent(() => import('../wallet/wallet-page.tsx'), 'WalletPage'),
})

const disputes = createRoute({
  ...at('/disputes'),
  component: lazyRouteComponent(() => import('../disputes/disputes-page.tsx'), 'DisputesPage'),
})
const dispute = createRoute({
  ...at('/disputes/$id'),
  component: lazyRouteComponent(() => import('../disputes/dispute-page.tsx'), 'DisputePage'),
})

const monitor = createRoute({
  ...at('/monitor'),
  component: lazyRouteComponent(() => import('../monitor/subject-page.tsx'), 'NetPage'),
})
const hub = createRoute({
  ...at('/hubs/$id'),
  component: lazyRouteComponent(() => import('../monitor/subject-page.tsx'), 'HubPage'),
})
const site = createRoute({
  ...at('/sites/$id'),
  component: lazyRouteComponent(() => import('../monitor/subject-page.tsx'), 'SitePage'),
})
const node = createRoute({
  ...at('/nodes/$id'),
  component: lazyRouteComponent(() => import('../monitor/subject-page.tsx'), 'NodePage'),
})
const report = createRoute({
  ...at('/evaluations/$digest'),
  component: lazyRouteComponent(() => import('../evaluation/report-page.tsx'), 'ReportPage'),
})
const wall = createRoute({
  ...at('/wall'),
  component: lazyRouteComponent(() => import('../wall/wall-page.tsx'), 'WallPage'),
})

const screens = [
  market,
  instrument,
  catalog,
  rent,
  workloads,
  workload,
  orders,
  provider,
  wallet,
  disputes,
  dispute,
  monitor,
  hub,
  site,
  node,
  report,
  wall,
]

export const router = createRouter({
  routeTree: root.addChildren([home, signIn, ...screens]),
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: FailedPage,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
