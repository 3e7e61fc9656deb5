/** Goal G1: the exchange's book alone, orders named by their ids, which are looked up while timed. */
import { referenceFile } from '../cxb1/files.ts'
import { PEER } from '../cxb1/peer-play.ts'
import { REFERENCES, type Reference } from '../cxb1/reference.ts'
import { matchingRounds } from '../cxb1/rounds.ts'
import { row, type Row, type Target } from '../row.ts'

const TARGETS: Readonly<Record<Reference['name'], Target>> = {
  w1: { must: 8_000_000, aim: 10_000_000 },
  w100: { must: 2_400_000, aim: 4_000_000 },
  m1: { must: 6_000_000, aim: 8_000_000 },
}

export async function matching(): Promise<Row[]> {
  return REFERENCES.flatMap((reference) => {
    const { cpu, wall, peerCpu, peerWall } = matchingRounds(
      reference,
      referenceFile(reference),
      'ids',
    )
    const told = `${reference.name}, ids looked up: commands per second of`
    return [
      row('matching', `${told} CPU`, cpu, '1/s', [PEER, peerCpu], TARGETS[reference.name]),
      row('matching', `${told} wall clock`, wall, '1/s', [PEER, peerWall]),
    ]
  })
}
