/** Shares of a reference on several axes, as plain SVG. What is not rated leaves a gap, never a zero. */
import { useId } from 'react'
import styles from './radar.module.css'

export interface Axis {
  readonly name: string
  /** null is not rated */
  readonly value: number | null
  readonly compared: number | null
  /** what stands under the name */
  readonly told: string
}

const [WIDTH, HEIGHT] = [400, 330]
const [CENTRE_X, CENTRE_Y, RADIUS] = [200, 168, 108]
const RINGS = [0.25, 0.5, 0.75, 1]

/** `reference` is drawn as a dashed ring; the axes end at a round number above all values. */
export function Radar({
  label,
  axes,
  reference,
}: {
  readonly label: string
  readonly axes: readonly Axis[]
  readonly reference: number
}) {
  const id = useId()
  const highest = Math.max(
    reference,
    ...axes.flatMap((axis) => [axis.value ?? 0, axis.compared ?? 0]),
  )
  const top = Math.ceil(highest / 500) * 500
  const at = (index: number, value: number) => place(index, axes.length, (value / top) * RADIUS)
  return (
    <figure className={styles['figure']} aria-labelledby={id}>
      <figcaption id={id} className="hidden">
        {label}: {axes.map(({ name, told }) => `${name} ${told}`).join(', ')}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={styles['svg']} aria-hidden="true">
        {RINGS.map((part) => (
          <path
            key={part}
            className={styles['ring']}
            d={ring(axes, (index) => at(index, top * part))}
          />
        ))}
        {axes.map(({ name }, index) => {
          const [x, y] = at(index, top)
          return (
            <line key={name} className={styles['ring']} x1={CENTRE_X} y1={CENTRE_Y} x2={x} y2={y} />
          )
        })}
        <path className={styles['reference']} d={ring(axes, (index) => at(index, reference))} />
        <Shape values={axes.map(({ compared }) => compared)} at={at} kind="compared" />
        <Shape values={axes.map(({ value }) => value)} at={at} kind="own" />
        {axes.map((axis, index) => (
          <Label key={axis.name} axis={axis} index={index} of={axes.length} />
        ))}
      </svg>
    </figure>
  )
}

type At = (index: number, value: number) => readonly [number, number]

/** Sides between neighbours that both have a value, with the ground under them, and a dot at each value. */
function Shape({
  values,
  at,
  kind,
}: {
  readonly values: readonly (number | null)[]
  readonly at: At
  readonly kind: 'own' | 'compared'
}) {
  const sides = values.flatMap((value, index) => {
    const next = (index + 1) % values.length
    const other = values[next] ?? null
    if (value === null || other === null) return []
    return [{ index, from: at(index, value).join(' '), to: at(next, other).join(' ') }]
  })
  return (
    <g data-kind={kind}>
      {sides.map(({ index, from, to }) => (
        <path
          key={index}
          className={styles['ground']}
          d={`M${CENTRE_X} ${CENTRE_Y}L${from}L${to}Z`}
        />
      ))}
      {sides.map(({ index, from, to }) => (
        <path key={index} className={styles['side']} d={`M${from}L${to}`} />
      ))}
      {values.map((value, index) => {
        if (value === null) return null
        const [x, y] = at(index, value)
        return (
          <circle key={index} className={styles['dot']} cx={x} cy={y} r={kind === 'own' ? 4 : 3} />
        )
      })}
    </g>
  )
}

function Label({
  axis: { name, told, value },
  index,
  of,
}: {
  readonly axis: Axis
  readonly index: number
  readonly of: number
}) {
  const [x, y] = place(index, of, RADIUS + 20)
  const side = Math.round(x) - CENTRE_X
  const anchor = Math.abs(side) < 8 ? 'middle' : side > 0 ? 'start' : 'end'
  return (
    <text className={styles['label']} textAnchor={anchor} x={x} y={y - (index === 0 ? 14 : 4)}>
      {name}
      <tspan className={value === null ? styles['unrated'] : styles['told']} x={x} dy="1.25em">
        {told}
      </tspan>
    </text>
  )
}

/** Where an axis is at a distance from the centre; the first points up. */
function place(index: number, of: number, distance: number): readonly [number, number] {
  const angle = (index / of) * 2 * Math.PI - Math.PI / 2
  const round = (value: number): number => Math.round(value * 10) / 10
  return [
    round(CENTRE_X + Math.cos(angle) * distance),
    round(CENTRE_Y + Math.sin(angle) * distance),
  ]
}

function ring(axes: readonly Axis[], at: (index: number) => readonly [number, number]): string {
  return `M${axes.map((_axis, index) => at(index).join(' ')).join('L')}Z`
}
