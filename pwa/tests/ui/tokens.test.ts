// @vitest-environment node
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const CSS = readFileSync(new URL('../../src/ui/tokens.css', import.meta.url), 'utf8')

/** The custom properties of the first rule that starts with a selector. */
function tokens(selector: string): Record<string, string> {
  const start = CSS.indexOf(`${selector} {`)
  expect(start, `${selector} is in tokens.css`).toBeGreaterThan(-1)
  const body = CSS.slice(start, CSS.indexOf('}', start))
  return Object.fromEntries([...body.matchAll(/(--on-[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name as string, value as string]))
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const light = tokens(':root')
const themes: Record<string, Record<string, string>> = {
  light,
  dark: { ...light, ...tokens(":root[data-theme='dark']") },
  outdoor: { ...light, ...tokens(":root[data-theme='outdoor']") },
}
const PLAIN = ['page', 'surface', 'sunken']
const TEXT_ON: Record<string, string[]> = {
  text: [...PLAIN, 'action-soft', 'waiting-soft', 'proven-soft', 'person-soft'],
  'text-soft': PLAIN,
  action: ['page', 'surface', 'action-soft'],
  'action-text': ['action', 'action-strong'],
  waiting: ['page', 'surface', 'waiting-soft'],
  proven: ['page', 'surface', 'proven-soft'],
  person: ['page', 'surface', 'person-soft'],
}

describe.each(Object.entries(themes))('the %s theme', (_name, theme) => {
  const colour = (name: string): string => theme[`--on-${name}`] as string

  test('gives every text 7:1 on every surface it may stand on', () => {
    const weak: string[] = []
    for (const [text, surfaces] of Object.entries(TEXT_ON))
      for (const surface of surfaces) {
        const ratio = contrast(colour(text), colour(surface))
        if (ratio < 7) weak.push(`${text} on ${surface}: ${ratio.toFixed(2)}`)
      }
    expect(weak).toEqual([])
  })

  test('gives marks and strong lines 3:1', () => {
    for (const mark of ['waiting-mark', 'proven-mark', 'person-mark', 'line-strong'])
      expect([mark, contrast(colour(mark), colour('surface')) >= 3]).toEqual([mark, true])
  })
})

test('the dark that a device prefers is the dark that a person chooses', () => {
  expect(tokens('  :root:not([data-theme])')).toEqual(tokens(":root[data-theme='dark']"))
})

test('both kits read only colours that exist', () => {
  const kits = readFileSync(new URL('../../src/ui/kits.css', import.meta.url), 'utf8')
  const known = new Set(Object.keys(light))
  const unknown = [...kits.matchAll(/var\((--on-[\w-]+)/g)].map((match) => match[1] as string).filter((name) => !known.has(name))
  expect(unknown).toEqual([])
})
