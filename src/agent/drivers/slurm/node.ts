import { Fault } from '../../../messages/index.ts'
import type { SlurmNode } from '../../slurm/answers.ts'
import type { Slurm } from '../../slurm/rest.ts'
import type { SlurmOptions } from './options.ts'

/**
 * The node of the cluster that is sold. Throws Fault SLURM_NODE, naming those there are, when it is
 * not in the partition, or when none was named and there are several.
 */
export async function nodeOf(
  slurm: Slurm,
  { partition, node }: Pick<SlurmOptions, 'partition' | 'node'>,
): Promise<SlurmNode> {
  const all = (await slurm.nodes()).filter(({ partitions }) => partitions.includes(partition))
  const found = all.filter(({ name }) => node === null || name === node)
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  const names = all.map(({ name }) => name).join(' ')
  throw new Fault('SLURM_NODE', { retryable: false, facts: { partition, node: node ?? '', names } })
}
