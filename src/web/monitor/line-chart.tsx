/** Lines over time as plain SVG: a few hundred points, drawn anew every second, need no library. */
import { useId } from 'react'
import styles from './line-chart.module.css'

export type LineColour = 'blue' | 'green' | 'amber' | 'red'

export interface Line {
  readonly name: string
  readonly colour: LineColour
  /** told apart without colours, too */
  readonly dashed?: boolean
  /** null where nothing was measured */
  readonly values: readonly (number | null)[]
}

interface Props {
  readonly label: string
  readonly lines: readonly Line[]
  /** the highest value of the axis; the highest value there is when absent */
  readonly top?: number
  readonly format: (value: number) => string
  /** of the first and the last point */
  readonly times: readonly [string, string]
  readonly empty: string
}

const WIDTH = 600
const HEIGHT = 150
const GRID = [0, 0.5, 1]
const ROUND = [1, 1.5, 2, 3, 5, 7.5, 10]

/** A chart with a legend that tells the newest value of each line. */
export function LineChart({ label, lines, top, format, times, empty }: Props) {
  const id = useId()
  const measured = lines.filter((line) => line.values.some((value) => value !== null))
  if (measured.length === 0) return <p className={styles['empty']}>{empty}</p>
  const highest = top ?? roundUp(Math.max(...measured.flatMap(({ values }) => values.map(orZero))))
  const told = measured.map((line) => `${line.name} ${format(newest(line))}`).join(', ')
  return (
    <figure className={styles['figure']} aria-labelledby={id}>
      <figcaption id={id} className="hidden">
        {label}: {told}
      </figcaption>
      <div className={styles['plot']}>
        <div className={styles['axis']} aria-hidden="true">
          {GRID.toReversed().map((share) => (
            <span key={share}>{format(highest * share)}</span>
          ))}
        </div>
        <svg
          className={styles['svg']}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {GRID.map((share) => (
            <line
              key={share}
              className={styles['grid']}
              x1="0"
              x2={WIDTH}
              y1={HEIGHT * share}
              y2={HEIGHT * share}
            />
          ))}
          {measured.map((line) => (
            <path
              key={line.name}
              className={styles['line']}
              data-colour={line.colour}
              data-dashed={line.dashed === true || undefined}
              d={pathOf(line.values, highest)}
            />
          ))}
        </svg>
      </div>
      <div className={styles['times']} aria-hidden="true">
        <span>{times[0]}</span>
        <span>{times[1]}</span>
      </div>
      <ul className={styles['legend']}>
        {measured.map((line) => (
          <li
            key={line.name}
            data-colour={line.colour}
            data-dashed={line.dashed === true || undefined}
          >
            <span className={styles['name']}>{line.name}</span>
            <span>{format(newest(line))}</span>
          </li>
        ))}
      </ul>
    </figure>
  )
}

/** Moves and lines; a gap in the values is a gap in the line. */
function pathOf(values: readonly (number | null)[], highest: number): string {
  const step = WIDTH / Math.max(1, values.length - 1)
  let isDrawing = false
  let path = ''
  for (const [at, value] of values.entries()) {
    if (value === null) {
      isDrawing = false
      continue
    }
    const x = (at * step).toFixed(1)
    const y = (HEIGHT * (1 - Math.min(1, highest === 0 ? 0 : value / highest))).toFixed(1)
    // A point alone is a short line, so that it is seen.
    const isAlone = !isDrawing && (values[at + 1] ?? null) === null
    path += isAlone ? `M${x} ${y}h1` : `${isDrawing ? 'L' : 'M'}${x} ${y}`
    isDrawing = true
  }
  return path
}

function newest({ values }: Line): number {
  return values.findLast((value) => value !== null) ?? 0
}

function orZero(value: number | null): number {
  return value ?? 0
}

/** 1, 1.5, 2, 3, 5, 7.5 or 10 times a power of ten, at least the value. */
function roundUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return power * (ROUND.find((round) => round * power >= value) ?? 10)
}
