/** The same as `matching`, orders named by the handles that the book gave them: no index of ids. */
import { referenceFile } from '../cxb1/files.ts'
import { PEER } from '../cxb1/peer-play.ts'
import { REFERENCES } from '../cxb1/reference.ts'
import { matchingRounds } from '../cxb1/rounds.ts'
import { row, type Row } from '../row.ts'

export async function matchingHandles(): Promise<Row[]> {
  return REFERENCES.flatMap((reference) => {
    const { cpu, wall, peerCpu, peerWall } = matchingRounds(
      reference,
      referenceFile(reference),
      'handles',
    )
    const told = `${reference.name}, handles: commands per second of`
    return [
      row('matching-handles', `${told} CPU`, cpu, '1/s', [PEER, peerCpu]),
      row('matching-handles', `${told} wall clock`, wall, '1/s', [PEER, peerWall]),
    ]
  })
}
