/** Steps of one set; every machine ends at the same bits, since + - * / and sqrt round exactly. */
export const SET_STEPS = 4_000
/** Sum of all coordinates after one set. */
export const SET_POSITION = 29.806967232304824

const BODIES = 5
const STEP = 0.01
/** x, y, z, velocities and mass of each body: round numbers far enough apart to stay so. */
const START: readonly (readonly number[])[] = [
  [0, 0, 0, 0, 0, 0, 40],
  [4.5, -1.25, -0.125, 0.625, 2.75, -0.0625, 0.0375],
  [8.25, 4.125, -0.375, -1.0, 1.75, 0.0078125, 0.01125],
  [12.75, -15.0, -0.25, 1.0625, 0.875, -0.015625, 0.0017],
  [15.25, -26.0, 0.1875, 0.96875, 0.59375, -0.03125, 0.002],
]

/** Five bodies that attract each other: additions, products, divisions and roots of doubles. */
export class FloatKernel {
  readonly #at = new Float64Array(BODIES * 3)
  readonly #speed = new Float64Array(BODIES * 3)
  readonly #mass = Float64Array.from(START, (body) => body[6]!)

  /** Takes one set of steps from the start; returns the sum of the coordinates at its end. */
  runSet(): number {
    for (let i = 0; i < BODIES * 3; i++) {
      const body = START[Math.floor(i / 3)]!
      this.#at[i] = body[i % 3]!
      this.#speed[i] = body[3 + (i % 3)]!
    }
    for (let step = 0; step < SET_STEPS; step++) this.#step()
    return this.#at.reduce((sum, value) => sum + value, 0)
  }

  #step(): void {
    const [at, speed, mass] = [this.#at, this.#speed, this.#mass]
    for (let i = 0; i < BODIES; i++) {
      for (let j = i + 1; j < BODIES; j++) {
        const x = at[i * 3]! - at[j * 3]!
        const y = at[i * 3 + 1]! - at[j * 3 + 1]!
        const z = at[i * 3 + 2]! - at[j * 3 + 2]!
        const square = x * x + y * y + z * z
        const pull = STEP / (square * Math.sqrt(square))
        push(speed, i * 3, -mass[j]! * pull, x, y, z)
        push(speed, j * 3, mass[i]! * pull, x, y, z)
      }
    }
    for (let i = 0; i < BODIES * 3; i++) at[i]! += STEP * speed[i]!
  }
}

function push(
  speed: Float64Array,
  body: number,
  pull: number,
  x: number,
  y: number,
  z: number,
): void {
  speed[body]! += x * pull
  speed[body + 1]! += y * pull
  speed[body + 2]! += z * pull
}
