import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { router } from './app/router.tsx'
import { SuanError } from '../client/index.ts'
import { loadSession } from './state/session.ts'
import { OwnUpdates } from './state/own-updates.tsx'
import { startSettings } from './state/settings.ts'
import { StreamKeeper } from './state/stream.tsx'
import './styles/tokens.css'
import './styles/base.css'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // The client itself tries again what may succeed; a refusal stays one.
      retry: (count, error) => count < 2 && !(error instanceof SuanError),
    },
  },
})

startSettings()
// The token of a sign-in link is used by its screen, before anything asks who is there.
if (!location.pathname.startsWith('/sign-in')) void loadSession()

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <StreamKeeper />
        <OwnUpdates />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}
