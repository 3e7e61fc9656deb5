import {
  chooseDriver,
  kubernetesDriver,
  kubernetesOptions,
  LOCAL_DRIVERS,
  probed,
  slurmDriver,
  slurmOptions,
  type Choice,
  type Driver,
  type SlurmOptions,
} from '../../agent/index.ts'
import type { Note } from './again.ts'
import type { Plan } from './provider-options.ts'

/** The best isolation that this machine can give, or the driver that was asked for. */
export async function bestDriver(
  folder: string,
  about: { readonly venue: string; readonly agent: string },
  options: Plan,
  note: Note,
): Promise<Driver> {
  const { driver, facts, passedOver } = await choiceOf(folder, about, options)
  for (const { name, why } of passedOver) note('passed over', { name, why })
  note('driver', { name: driver.name, ...facts })
  return driver
}

/** An engine elsewhere is chosen by name or by its settings on the command line, never by itself. */
async function choiceOf(
  folder: string,
  { venue, agent }: { readonly venue: string; readonly agent: string },
  options: Plan,
): Promise<Choice> {
  const { kubernetes, kubeNode: node, courier } = options
  const told = kubernetes === undefined ? options.slurm && 'slurm' : 'kubernetes'
  const wanted = options.driver ?? process.env['SUAN_DRIVER'] ?? told
  if (wanted === 'slurm') return probed(slurmDriver(folder, slurmSettings(options)))
  if (wanted !== 'kubernetes') {
    const order = LOCAL_DRIVERS.filter((name) => wanted === undefined || name === wanted)
    return chooseDriver(folder, venue, order)
  }
  const context = kubernetes === true ? undefined : kubernetes
  const found = kubernetesOptions({ context, node, courier })
  return probed(kubernetesDriver(folder, { ...found, agent, venue }))
}

function slurmSettings(options: Plan): SlurmOptions {
  return slurmOptions({
    url: options.slurm,
    conf: options.slurmConf,
    user: options.slurmUser,
    partition: options.slurmPartition,
    node: options.slurmNode,
    key: options.slurmKey,
    token: options.slurmToken,
    exclusive: options.slurmExclusive === true ? '1' : undefined,
  })
}
