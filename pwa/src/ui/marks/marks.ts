/**
 * What is drawn on a photo: a layer of vectors beside it, so that the evidence stays as it was taken.
 * Places are whole ten-thousandths of the picture's width and height, so they fit every size of it.
 */
export interface Ring {
  [more: string]: string | number
  id: string
  shape: 'ring'
  x: number
  y: number
  rx: number
  ry: number
}

export interface Note {
  [more: string]: string | number
  id: string
  shape: 'text'
  x: number
  y: number
  text: string
}

export type Mark = Ring | Note

export const WHOLE = 10_000
export const MOST_MARKS = 20
export const LONGEST_NOTE = 24
/** Thickness of a ring and height of a note, in parts of the picture's long edge. */
export const STROKE = 0.006
export const LETTER = 0.045

const SMALLEST = 200

function isPlace(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= WHOLE
}

function isMark(one: unknown): one is Mark {
  const { id, shape, x, y, rx, ry, text } = (one ?? {}) as Record<string, unknown>
  if (typeof id !== 'string' || !isPlace(x) || !isPlace(y)) return false
  if (shape === 'text') return typeof text === 'string' && text !== ''
  return shape === 'ring' && isPlace(rx) && isPlace(ry)
}

/** The marks of a record; what this version does not know is passed over, never an error. */
export function marksOf(value: unknown): Mark[] {
  return Array.isArray(value) ? value.filter(isMark).slice(0, MOST_MARKS) : []
}

const within = (value: number): number => Math.min(WHOLE, Math.max(0, Math.round(value)))

/** The ring between two points that a finger was at: what is circled lies within. Tiny ones are made visible. */
export function ringOf(id: string, from: readonly [number, number], to: readonly [number, number]): Ring {
  const [x, y] = [within((from[0] + to[0]) / 2), within((from[1] + to[1]) / 2)]
  const half = (a: number, b: number): number => Math.max(SMALLEST, within(Math.abs(a - b) / 2))
  return { id, shape: 'ring', x, y, rx: half(from[0], to[0]), ry: half(from[1], to[1]) }
}

export function noteOf(id: string, at: readonly [number, number], text: string): Note {
  return { id, shape: 'text', x: within(at[0]), y: within(at[1]), text: text.trim().slice(0, LONGEST_NOTE) }
}

interface Extent {
  width: number
  height: number
}

/**
 * Where a point of the screen lies in a picture that is shown whole within a box (`object-fit: contain`).
 *
 * @param point from the box's upper left corner, in the box's pixels
 */
export function placeIn(box: Extent, picture: Extent, point: readonly [number, number]): [number, number] {
  const scale = Math.min(box.width / picture.width, box.height / picture.height)
  const place = (at: number, room: number, size: number): number => within(((at - (room - size * scale) / 2) / (size * scale)) * WHOLE)
  return [place(point[0], box.width, picture.width), place(point[1], box.height, picture.height)]
}

/** What is printed in a photo's corner: when, for which order, at which machine, and where if that may be told. */
export function stampOf(parts: readonly (string | null | undefined)[]): string {
  return parts.filter((part) => part !== null && part !== undefined && part !== '').join(' · ')
}

/** A position of whole ten-millionths of a degree in words; nothing where none was taken. */
export function positionText(lat_e7: number | null, lng_e7: number | null): string {
  if (lat_e7 === null || lng_e7 === null) return ''
  return [lat_e7, lng_e7].map((e7) => (e7 / 1e7).toFixed(5)).join(', ')
}
