// Draws the app's icons as PNG files: run once after a change of the mark, commit the result.
// No picture library: the mark is two shapes, so distance fields and Node's own zlib are enough.
import { writeFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'

const INK = [0x1d, 0x4a, 0x8f]
const WHITE = [255, 255, 255]
const SAMPLES = 4 // per side and pixel: smooth edges

const segment = (x, y, ax, ay, bx, by) => {
  const t = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)))
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay))
}

/** The pin on a 64 × 64 field: a disc that narrows to its tip. */
const inPin = (x, y) => {
  if (Math.hypot(x - 32, y - 26) <= 17.5) return true
  if (y < 30 || y > 56) return false
  return Math.abs(x - 32) <= 17 * Math.cos(((y - 30) / 26) * (Math.PI / 2)) ** 1.15
}
const inTick = (x, y) => Math.min(segment(x, y, 23.5, 26.5, 29.5, 32.5), segment(x, y, 29.5, 32.5, 41, 20.5)) <= 2.3
const inField = (x, y, radius) => {
  const dx = Math.max(0, Math.abs(x - 32) - (32 - radius))
  const dy = Math.max(0, Math.abs(y - 32) - (32 - radius))
  return Math.hypot(dx, dy) <= radius
}

/** Colour and opacity at a point; `scale` shrinks the mark towards the middle (a maskable icon's safe zone). */
function colourAt(x, y, { radius, scale }) {
  if (!inField(x, y, radius)) return [0, 0, 0, 0]
  const mx = 32 + (x - 32) / scale
  const my = 32 + (y - 32) / scale
  return [...(inPin(mx, my) && !inTick(mx, my) ? WHITE : INK), 255]
}

function pixel(px, py, size, shape) {
  const sum = [0, 0, 0, 0]
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const x = ((px + ((i % SAMPLES) + 0.5) / SAMPLES) * 64) / size
    const y = ((py + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) * 64) / size
    const [r, g, b, a] = colourAt(x, y, shape)
    sum[0] += r * a; sum[1] += g * a; sum[2] += b * a; sum[3] += a
  }
  const alpha = sum[3]
  return alpha === 0 ? [0, 0, 0, 0] : [sum[0] / alpha, sum[1] / alpha, sum[2] / alpha, alpha / SAMPLES ** 2].map(Math.round)
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length, 0)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}

function png(size, shape) {
  const rows = Buffer.alloc(size * (size * 4 + 1))
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) rows.set(pixel(x, y, size, shape), y * (size * 4 + 1) + 1 + x * 4)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8) // 8 bits a channel, RGBA
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

const ICONS = {
  'icon-192.png': [192, { radius: 14, scale: 1 }],
  'icon-512.png': [512, { radius: 14, scale: 1 }],
  'maskable-512.png': [512, { radius: 0, scale: 0.78 }],
  'apple-touch-180.png': [180, { radius: 0, scale: 0.9 }],
}
for (const [name, [size, shape]] of Object.entries(ICONS))
  writeFileSync(new URL(`../public/icons/${name}`, import.meta.url), png(size, shape))
