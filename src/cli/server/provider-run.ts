/** `suan provider run`: machines as nodes of the exchange, until it is told to stop. */
import { Option, type Command } from 'commander'
import { join, resolve } from 'node:path'
import { CHOSEN_DRIVERS } from '../../agent/index.ts'
import { createClient } from '../../client/index.ts'
import { toolChoice, withToolOptions } from '../evaluate/tool-options.ts'
import { groupOf } from '../group.ts'
import { settle, type GlobalOptions } from '../settings.ts'
import { shellOf, type Shell } from '../shell.ts'
import type { Note } from './again.ts'
import { Fleet } from './fleet.ts'
import { leasesIn } from './leases-in.ts'
import { daysBetween } from './measure-node.ts'
import { startNode } from './one-node.ts'
import type { ProviderOptions } from './provider-options.ts'

export function registerProviderRun(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const provider = groupOf(program, 'provider', 'help.provider')
  withToolOptions(provider.command('run').summary(say('help.providerRun')), shell)
    .option('--measure-every <days>', say('help.providerMeasureEvery'))
    .option('--data <folder>', say('help.providerData'))
    .option('--site <name>', say('help.providerSite'))
    .option('--hub <code>', say('help.providerHub'))
    .option('--name <name>', say('help.providerName'))
    .option('--price <sku=price...>', say('help.providerPrice'))
    .addOption(new Option('--driver <name>', say('help.providerDriver')).choices(CHOSEN_DRIVERS))
    .option('--kubernetes [context]', say('help.providerKubernetes'))
    .option('--kube-node <name>', say('help.providerKubeNode'))
    .option('--kube-nodes <selector>', say('help.providerKubeNodes'))
    .option('--courier <image>', say('help.providerCourier'))
    .option('--slurm <url>', say('help.providerSlurm'))
    .option('--slurm-conf <file>', say('help.providerSlurmConf'))
    .option('--slurm-user <name>', say('help.providerSlurmUser'))
    .option('--slurm-partition <name>', say('help.providerSlurmPartition'))
    .option('--slurm-node <name>', say('help.providerSlurmNode'))
    .option('--slurm-key <file>', say('help.providerSlurmKey'))
    .option('--slurm-token <file>', say('help.providerSlurmToken'))
    .option('--slurm-exclusive', say('help.providerSlurmExclusive'))
    .option('--keep-leases', say('help.providerKeepLeases'))
    .action(async (options: ProviderOptions, command: Command) => {
      await run(shell, options, command.optsWithGlobals<GlobalOptions>())
    })
}

async function run(shell: Shell, options: ProviderOptions, globals: GlobalOptions): Promise<void> {
  const stopped = new Promise<void>((end) => {
    shell.host.onInterrupt(end)
    // Started by a server that is gone: its workloads go on under their supervisors. It may be gone
    // since before this program had loaded, and then nothing is told any more.
    process.once('disconnect', () => process.exit(0))
    if ('connected' in process && !process.connected) process.exit(0)
    // Listening must not keep a daemon alive that failed: its server starts it again.
    process.channel?.unref()
  })
  const settings = settle(shell, globals)
  const { env } = shell.host
  const tools = toolChoice(options, env, shell)
  const everyDays = daysBetween(options.measureEvery, env, shell)
  const folder = resolve(options.data ?? join(shell.host.cwd, '.suan', 'provider'))
  const provider = createClient({ baseUrl: settings.url, token: settings.key })
  const note: Note = (what, facts = {}) => {
    shell.host.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), what, ...facts })}\n`)
  }
  const plan = { ...options, tools, everyDays }
  const at = { provider, url: settings.url, folder, plan, note }
  const closeLeases = options.keepLeases !== true
  const selector = options.kubeNodes ?? env['SUAN_KUBE_NODES'] ?? ''
  if (selector !== '') return runFleet(new Fleet({ ...at, selector }), stopped, closeLeases, note)
  const started = startNode(at)
  const isStopped = await Promise.race([started.then(() => false), stopped.then(() => true)])
  // Nothing was ever sold here: there is nothing to close, and no need to measure to the end.
  if (isStopped && leasesIn(folder) === 0) {
    note('stopped')
    process.exit(0)
  }
  const daemon = await started
  await stopped
  note('stopping')
  daemon.remeasurer?.stop()
  await daemon.agent.stop({ closeLeases })
  note('stopped')
  process.disconnect?.()
}

async function runFleet(
  fleet: Fleet,
  stopped: Promise<void>,
  closeLeases: boolean,
  note: Note,
): Promise<void> {
  // It ends by itself only where the exchange or the cluster refuses it for good.
  await Promise.race([fleet.run(), stopped])
  note('stopping')
  await fleet.stop({ closeLeases })
  note('stopped')
  process.exit(0)
}
