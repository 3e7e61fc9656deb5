/** Every command of `suan` and where it is; a module is loaded only when its command is named. */
import type { Command } from 'commander'
import type { TextKey } from './texts.ts'

export interface CommandEntry {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: TextKey
  readonly hidden?: boolean
  /** `register` adds the command to the tree; several entries may add to one group, see groupOf */
  readonly load: () => Promise<{ readonly register: (program: Command) => void }>
}

const checks = () => import('./server/check-command.ts')

export const COMMANDS: readonly CommandEntry[] = [
  { name: 'search', summary: 'help.search', load: () => import('./commands/search.ts') },
  { name: 'catalog', summary: 'help.catalog', load: () => import('./commands/catalog.ts') },
  { name: 'published', summary: 'help.published', load: () => import('./commands/published.ts') },
  { name: 'quote', summary: 'help.quote', load: () => import('./commands/quote.ts') },
  { name: 'buy', summary: 'help.buy', load: () => import('./commands/buy.ts') },
  { name: 'run', summary: 'help.run', load: () => import('./commands/run.ts') },
  {
    name: 'ps',
    aliases: ['workload', 'workloads'],
    summary: 'help.ps',
    load: () => import('./commands/ps.ts'),
  },
  {
    name: 'logs',
    aliases: ['log'],
    summary: 'help.logs',
    load: () => import('./commands/logs.ts'),
  },
  { name: 'stats', summary: 'help.stats', load: () => import('./commands/stats.ts') },
  { name: 'exec', summary: 'help.exec', load: () => import('./commands/exec.ts') },
  { name: 'shell', summary: 'help.shell', load: () => import('./commands/shell.ts') },
  {
    name: 'port-forward',
    summary: 'help.portForward',
    load: () => import('./commands/port-forward.ts'),
  },
  { name: 'stop', summary: 'help.stop', load: () => import('./commands/stop.ts') },
  {
    name: 'suspend',
    summary: 'help.suspend',
    load: async () => ({ register: (await import('./commands/suspend.ts')).registerSuspend }),
  },
  {
    name: 'resume',
    summary: 'help.resume',
    load: async () => ({ register: (await import('./commands/suspend.ts')).registerResume }),
  },
  {
    name: 'allocation',
    aliases: ['allocations'],
    summary: 'help.allocation',
    load: () => import('./commands/allocation.ts'),
  },
  {
    name: 'order',
    aliases: ['orders'],
    summary: 'help.order',
    load: () => import('./commands/order.ts'),
  },
  {
    name: 'market',
    aliases: ['markets'],
    summary: 'help.market',
    load: () => import('./commands/market.ts'),
  },
  {
    name: 'wallet',
    aliases: ['wallets'],
    summary: 'help.wallet',
    load: () => import('./commands/wallet.ts'),
  },
  {
    name: 'object',
    aliases: ['objects'],
    summary: 'help.object',
    load: () => import('./commands/object.ts'),
  },
  {
    name: 'journal',
    summary: 'help.journal',
    load: async () => ({ register: (await checks()).registerJournal }),
  },
  {
    name: 'fsck',
    summary: 'help.fsck',
    load: async () => ({ register: (await checks()).registerFsck }),
  },
  {
    name: 'rebuild',
    summary: 'help.rebuild',
    load: async () => ({ register: (await checks()).registerRebuild }),
  },
  {
    name: 'provider',
    aliases: ['providers'],
    summary: 'help.provider',
    load: async () => ({
      register: (await import('./server/provider-run.ts')).registerProviderRun,
    }),
  },
  {
    name: 'quarantine',
    summary: 'help.quarantine',
    load: () => import('./server/quarantine-command.ts'),
  },
  { name: 'sim', summary: 'help.sim', load: () => import('./commands/sim.ts') },
  { name: 'server', summary: 'help.server', load: () => import('./server/command.ts') },
  { name: 'top', summary: 'help.top', load: () => import('./commands/top.ts') },
  {
    name: 'replay-monitor',
    summary: 'help.replayMonitor',
    load: () => import('./commands/replay-monitor.ts'),
  },
  { name: 'usage', summary: 'help.usage', load: () => import('./commands/usage.ts') },
  {
    name: 'budget',
    aliases: ['budgets'],
    summary: 'help.budget',
    load: () => import('./commands/budget.ts'),
  },
  {
    name: 'provider',
    aliases: ['providers'],
    summary: 'help.provider',
    load: () => import('./commands/provider.ts'),
  },
  { name: 'probe', summary: 'help.probe', load: () => import('./commands/probe.ts') },
  { name: 'sla', summary: 'help.sla', load: () => import('./commands/sla.ts') },
  { name: 'disputes', summary: 'help.disputes', load: () => import('./commands/disputes.ts') },
  { name: 'dispute', summary: 'help.dispute', load: () => import('./commands/dispute.ts') },
  {
    name: 'witness',
    summary: 'help.witness.command',
    load: () => import('./commands/witness.ts'),
  },
  { name: 'evaluate', summary: 'help.evaluate', load: () => import('./commands/evaluate.ts') },
  {
    name: 'verify-report',
    summary: 'help.verifyReport',
    load: () => import('./commands/verify-report.ts'),
  },
  { name: 'proofs', summary: 'help.proofs', load: () => import('./commands/proofs.ts') },
  { name: 'audit', summary: 'help.audit', load: () => import('./commands/audit.ts') },
  { name: 'assess', summary: 'help.assess', load: () => import('./commands/assess.ts') },
  { name: 'get', summary: 'help.get', load: () => import('./commands/get.ts') },
  { name: 'login', summary: 'help.login', load: () => import('./commands/login.ts') },
  { name: 'whoami', summary: 'help.whoami', load: () => import('./commands/whoami.ts') },
  {
    name: 'key',
    aliases: ['keys'],
    summary: 'help.keyGroup',
    load: () => import('./commands/key.ts'),
  },
  {
    name: 'context',
    aliases: ['contexts'],
    summary: 'help.contextGroup',
    load: () => import('./commands/context.ts'),
  },
  { name: 'doctor', summary: 'help.doctor', load: () => import('./commands/doctor.ts') },
  { name: 'agent', summary: 'help.agent', load: () => import('./commands/agent.ts') },
  { name: 'version', summary: 'help.version', load: () => import('./commands/version.ts') },
  {
    name: 'completion',
    summary: 'help.completion',
    load: () => import('./commands/completion.ts'),
  },
  {
    name: '__complete',
    summary: 'help.completion',
    hidden: true,
    load: () => import('./commands/complete.ts'),
  },
]
