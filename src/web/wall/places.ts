/** Per cent of the width and height of the map. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** Places for so many hubs on one ellipse, or two where there are many; the first is at the top. */
export function placesOf(count: number): Place[] {
  const outer = count <= 8 ? count : Math.ceil(count / 2)
  return Array.from({ length: count }, (_, at) => {
    const isOuter = at < outer
    const [place, of] = isOuter ? [at, outer] : [at - outer, count - outer]
    const turn = (place + (isOuter ? 0 : 0.5)) / of
    const angle = turn * 2 * Math.PI - Math.PI / 2
    const [width, height] = isOuter ? [38, 36] : [22, 19]
    return { x: 50 + width * Math.cos(angle), y: 50 + height * Math.sin(angle) }
  })
}
