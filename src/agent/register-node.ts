import { hasCode, type Client } from '../client/index.ts'

/** What a new node is registered as. */
export interface NodeRegistration {
  /** hex, of the daemon's identity */
  readonly publicKey: string
  /** pseudonymous name of the machine */
  readonly handle: string
  /** id of one of the provider's sites */
  readonly siteId: string
}

/**
 * Makes the node known to the exchange with the provider's own client, and gives its daemon's key
 * the rights of a daemon. What is there already is left as it is. Answers the node's number.
 */
export async function registerNode(provider: Client, node: NodeRegistration): Promise<number> {
  const { data } = await provider.listNodes()
  const found = data.find((each) => each.public_key === node.publicKey)
  if (found !== undefined) {
    await giveKey(provider, node, found.id)
    return found.number
  }
  const body = { site_id: node.siteId, handle: node.handle, public_key: node.publicKey }
  const registered = await provider.registerNode({ body })
  await giveKey(provider, node, registered.node_id)
  return registered.node_number
}

async function giveKey(provider: Client, node: NodeRegistration, nodeId: string): Promise<void> {
  try {
    await provider.issueKey({
      body: {
        label: node.handle,
        scopes: ['read', 'provide'],
        node_id: nodeId,
        public_key: node.publicKey,
      },
    })
  } catch (error) {
    if (!hasCode(error, 'ALREADY_EXISTS')) throw error
  }
}
