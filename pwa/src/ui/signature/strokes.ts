/** The hand as numbers: strokes between the pad, the journal and a picture. Pure but for the last. */
import SignaturePad, { type PointGroup } from 'signature_pad'

/** A line of the hand: x and y in turn, in CSS pixels of the pad; no pressure and no speed, which could be biometric. */
export type Stroke = number[]

/** What `signoff.sign` takes at most: numbers to a stroke, strokes in all. */
const MOST_NUMBERS = 4000
const MOST_STROKES = 400

const PICTURE_WIDTH = 600
const MARGIN = 12

/** The pad's points as whole numbers, without pressure and time. */
export function strokesOf(groups: readonly Pick<PointGroup, 'points'>[]): Stroke[] {
  return groups
    .slice(0, MOST_STROKES)
    .map(({ points }) => points.flatMap(({ x, y }) => [Math.round(x), Math.round(y)]).slice(0, MOST_NUMBERS))
}

/** Strokes as the pad draws them. */
export function groupsOf(strokes: readonly Stroke[], colour: string): PointGroup[] {
  return strokes.map((stroke) => ({
    penColor: colour,
    dotSize: 0,
    minWidth: 1.2,
    maxWidth: 3,
    velocityFilterWeight: 0.7,
    compositeOperation: 'source-over',
    points: Array.from({ length: stroke.length / 2 }, (_, at) => ({
      x: stroke[2 * at] as number,
      y: stroke[2 * at + 1] as number,
      pressure: 0.5,
      time: at * 12,
    })),
  }))
}

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** The part of the pad that was written on. */
export function boxOf(strokes: readonly Stroke[]): Box {
  const xs = strokes.flatMap((stroke) => stroke.filter((_, at) => at % 2 === 0))
  const ys = strokes.flatMap((stroke) => stroke.filter((_, at) => at % 2 === 1))
  const [left, top] = [Math.min(...xs), Math.min(...ys)]
  return { x: left, y: top, width: Math.max(1, Math.max(...xs) - left), height: Math.max(1, Math.max(...ys) - top) }
}

/** Strokes moved and stretched so that the writing fills a picture of the usual width. */
export function fitted(strokes: readonly Stroke[]): { strokes: Stroke[]; width: number; height: number } {
  const box = boxOf(strokes)
  const scale = Math.min(2, (PICTURE_WIDTH - 2 * MARGIN) / box.width, (PICTURE_WIDTH / 2 - 2 * MARGIN) / box.height)
  const place = (value: number, at: number): number =>
    MARGIN + Math.round((value - (at % 2 === 0 ? box.x : box.y)) * scale)
  return {
    strokes: strokes.map((stroke) => stroke.map(place)),
    width: Math.round(box.width * scale) + 2 * MARGIN,
    height: Math.round(box.height * scale) + 2 * MARGIN,
  }
}

/** The signature as a small PNG, black on nothing, cut to what was written. */
export function pictureOf(strokes: readonly Stroke[]): string {
  const { strokes: drawn, width, height } = fitted(strokes)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const pad = new SignaturePad(canvas)
  pad.fromData(groupsOf(drawn, '#111111'))
  const address = pad.toDataURL('image/png')
  pad.off()
  return address
}
