import { SuanError, type Client } from '../../client/index.ts'
import { Fault } from '../../messages/index.ts'

/** The provider's site of this name, added when it is not there. */
export async function findSite(
  provider: Client,
  handle: string,
  hubCode?: string,
): Promise<string> {
  const hubs = await provider.listHubs()
  const hub = hubs.data.find((each) => hubCode === undefined || each.code === hubCode)
  if (hub === undefined)
    throw new Fault('NOT_FOUND', { retryable: false, facts: { hub: hubCode ?? '' } })
  const nodes = await provider.listNodes()
  const mine = nodes.data.find((node) => node.hub_id === hub.id)
  if (mine !== undefined) return mine.site_id
  try {
    return (await provider.addSite({ body: { hub_id: hub.id, handle } })).site.id
  } catch (error) {
    if (!(error instanceof SuanError) || error.code !== 'ALREADY_EXISTS') throw error
    const sites = await provider.listSites()
    const site = sites.data.find((each) => each.handle === handle)
    if (site === undefined) throw error
    return site.id
  }
}
