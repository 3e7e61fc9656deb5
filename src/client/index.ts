/** Door of `client`: the typed client of the public API, for programs, daemons and pages. */
export { createClient, type Client } from './client.ts'
export { SuanError, hasCode, type ClientCode } from './error.ts'
export type { ByteStream } from './call.ts'
export type { ClientOptions, Fetch, FetchResponse, Signer, Socket } from './options.ts'
export { items } from './pages.ts'
export type { AskedTunnel, Tunnel, TunnelService, TunnelTarget } from './tunnels.ts'
export type { TunnelEnded, TunnelPipe } from './tunnel-pipe.ts'
export type { Stream, StreamOptions, StreamState, SubscribeArgs, Subscription } from './stream.ts'
