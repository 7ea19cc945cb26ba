// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const WORDS = new URL('../../src/ui/words/', import.meta.url)
const SRC = new URL('../../src/', import.meta.url)

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text)
  }
  return found
}

function words(file: string): Map<string, string> {
  return flat(JSON.parse(readFileSync(new URL(file, WORDS), 'utf8')) as Tree)
}

const names = readdirSync(WORDS).filter((name) => name.endsWith('.zh-CN.json')).map((name) => name.split('.')[0] as string)
const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string).sort()

describe.each(names)('the words of %s', (name) => {
  const chinese = words(`${name}.zh-CN.json`)
  const english = words(`${name}.en.json`)

  test('have the same keys in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  })

  test('have the same gaps to fill in both languages', () => {
    for (const [key, text] of chinese) expect([key, places(english.get(key) ?? '')]).toEqual([key, places(text)])
  })

  test('are never empty', () => {
    for (const [key, text] of [...chinese, ...english]) expect([key, text.trim()]).not.toEqual([key, ''])
  })
})

test('every word file exists in both languages', () => {
  expect(readdirSync(WORDS).filter((name) => name.endsWith('.en.json'))).toHaveLength(names.length)
})

test('the outbox has a word for everything that a phone does', () => {
  const table = JSON.parse(readFileSync(new URL('../../../sync/tables/commands.json', import.meta.url), 'utf8')) as object
  const known = words('visit.zh-CN.json')
  expect(Object.keys(table).filter((name) => !known.has(`command.${name}`))).toEqual([])
})

/** The rooms of src whose screens may use an entrance's words; `ui` has the common ones alone. */
const ROOMS: Record<string, string[]> = {
  ui: ['common'],
  start: ['common', 'start'],
  technician: ['common', 'technician', 'visit', 'lock'],
  desk: ['common', 'desk'],
  customer: ['common', 'customer', 'telling'],
}

/** A key that is named in so many letters; of two, by a condition, both. */
const KEY = /^'\w+'|'\w+(?:\.\w+)+'/g

/** `file: key` of what the screens of a room ask for and these sources do not have. */
function missingIn(room: string, sources: readonly string[]): string[] {
  const known = new Set(sources.flatMap((source) => [...words(`${source}.zh-CN.json`).keys()]))
  const missing: string[] = []
  for (const file of readdirSync(new URL(`${room}/`, SRC), { recursive: true }) as string[]) {
    if (!/\.(vue|ts)$/.test(file)) continue
    const text = readFileSync(new URL(`${room}/${file}`, SRC), 'utf8')
    const keys = [...text.matchAll(/\bt\(([^)]*)/g)].flatMap(([, inside]) => [...(inside as string).trim().matchAll(KEY)].map(([key]) => key.slice(1, -1)))
    missing.push(...keys.filter((key) => !known.has(key)).map((key) => `${file}: ${key}`))
  }
  return missing
}

describe.each(Object.entries(ROOMS))('the screens in %s', (room, sources) => {
  test('ask only for words that exist', () => {
    expect(missingIn(room, sources)).toEqual([])
  })
})

test.each(['technician/today', 'technician/session', 'technician/shell'])('the phone\u2019s first screens in %s do without the words that come later', (room) => {
  expect(missingIn(room, ['common', 'technician'])).toEqual([])
})
