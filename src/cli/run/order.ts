/** From a need to a workload that waits for its machine: quote, plan, confirm, store, order. */
import type { Client } from '../../client/index.ts'
import type { PlacedOrder, Quote, WorkloadSpecBody } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import { Ending } from '../errors.ts'
import { EXIT } from '../exit-codes.ts'
import { instrumentsBySymbol } from '../instruments.ts'
import { quoteFor } from '../need.ts'
import { money, price } from '../output/values.ts'
import { confirmSpending, tellPlan } from '../spend.ts'
import { noOffer } from '../unavailable.ts'
import { unfilled } from '../placed.ts'
import { findInputs, storeInputs } from './inputs.ts'
import type { RunOptions } from './options.ts'
import type { Stages } from './stages.ts'

export interface Started {
  readonly workloadId: string
  readonly allocationId: string
  /** null when it runs on what was bought before */
  readonly orderId: string | null
}

/** Buys what is needed and starts the workload with the same order. Errors: Ending 6 when unfilled. */
export async function orderAndStart(
  cli: Cli,
  client: Client,
  options: RunOptions,
  about: { readonly command: readonly string[]; readonly stages: Stages },
): Promise<Started> {
  const status = await client.getStatus()
  const files = findInputs(cli, options.file ?? [])
  const quote = await quoteFor(cli, options, { colocate: true, sandbox: status.sandbox })
  const leg = quote.legs[0]
  if (leg === undefined) return noOffer(cli, quote)
  const { currency } = quote
  const isAsked = options.yes !== true || cli.options.dryRun === true
  if (isAsked) {
    await tellPlan(cli, leg, { status, currency, duration: options.duration ?? null })
  } else about.stages.quoted(await quoteFacts(cli, quote, status.sandbox))
  await confirmSpending(cli, options, cli.say('ask.run', { total: money(leg.total, currency) }))
  const spec = await specOf(client, options, about.command, files)
  const placed = await client.placeOrder({
    body: {
      ...leg.post_order_body,
      ...(options.maxCost === undefined ? {} : { cap: options.maxCost }),
      workload: { spec, close_allocation: options.keep !== true },
      retry_price: options.retry === false ? null : (options.maxPrice ?? leg.price),
    },
  })
  const started = startedBy(cli, placed, about.stages)
  if (options.replace === true) {
    const params = { allocation_id: started.allocationId }
    const body = { max_price: options.maxPrice ?? leg.price }
    await client.setReplacement({ params, body })
  }
  return started
}

/** Starts the workload on an allocation that is there. */
export async function startOn(
  cli: Cli,
  client: Client,
  options: RunOptions,
  about: { readonly command: readonly string[]; readonly allocation: string },
): Promise<Started> {
  const files = findInputs(cli, options.file ?? [])
  const spec = await specOf(client, options, about.command, files)
  const { workload } = await client.startWorkload({
    params: { allocation_id: about.allocation },
    body: { spec, close_allocation: false },
  })
  return { workloadId: workload.id, allocationId: about.allocation, orderId: null }
}

async function quoteFacts(cli: Cli, quote: Quote, sandbox: boolean): Promise<string> {
  const [leg] = quote.legs
  if (leg === undefined) return ''
  const unit = (await instrumentsBySymbol(cli)).get(leg.symbol)?.product.unit ?? null
  return cli.say(sandbox ? 'stage.quotedSandbox' : 'stage.quoted', {
    units: leg.units,
    symbol: leg.symbol,
    price: price(cli, leg.price, unit, quote.currency),
    held: money(leg.escrow, quote.currency),
    isolation: leg.isolation,
  })
}

async function specOf(
  client: Client,
  options: RunOptions,
  command: readonly string[],
  files: ReturnType<typeof findInputs>,
): Promise<WorkloadSpecBody> {
  return {
    command: [...command],
    environment: [...(options.env ?? [])],
    image: options.image ?? null,
    working_directory: options.workdir ?? null,
    inputs: await storeInputs(client, files),
    output_path: options.out?.from ?? null,
  }
}

function startedBy(cli: Cli, placed: PlacedOrder, stages: Stages): Started {
  const { order } = placed
  const [allocationId] = placed.allocation_ids
  const [workloadId] = placed.workload_ids
  stages.ordered(order)
  if (allocationId === undefined || workloadId === undefined) {
    throw new Ending(EXIT.market, unfilled(cli, order))
  }
  stages.matched(placed, allocationId)
  return { workloadId, allocationId, orderId: order.id }
}
