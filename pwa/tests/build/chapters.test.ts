// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { chapterOf } from '../../vite.chapters'

const IMPORTS: Record<string, string[]> = {
  start: ['vue'],
  phone: ['vue', 'dexie', 'report', 'shown'],
  desk: ['vue', 'kit', 'shown'],
  link: ['vue', 'report', 'words', 'switch'],
  vue: [],
  dexie: ['tools'],
  tools: [],
  report: ['tools'],
  kit: [],
  shown: [],
  visit: ['vue', 'words'],
  words: [],
  switch: [],
  'log-in': ['vue', 'switch', 'form'],
  form: [],
}

const LATER: Record<string, string[]> = { phone: ['visit', 'log-in'] }

const info = (id: string): object => ({ importedIds: IMPORTS[id] ?? [], dynamicallyImportedIds: LATER[id] ?? [] })
const graph = { getModuleInfo: info } as unknown as Parameters<ReturnType<typeof chapterOf>>[1]
const chapter = chapterOf({ start: 'start', phone: 'phone', desk: 'desk', link: 'link' }, ['phone', 'link'], { phone: 'log-in' })

describe('a module goes', () => {
  test.each([
    ['vue', 'all'],
    ['dexie', 'phone'],
    ['kit', 'desk'],
  ])('to the file of its only entrance, or of all: %s to %s', (id, name) => {
    expect(chapter(id, graph)).toBe(name)
  })

  test.each([
    ['report', 'phone-link-shared'],
    ['tools', 'phone-link-shared'],
    ['shown', 'phone-shared'],
  ])('to the file of those that count among its entrances: %s to %s', (id, name) => {
    expect(chapter(id, graph)).toBe(name)
  })

  test('apart from an entrance, when another comes to it later: loading that one starts it', () => {
    expect(chapter('words', graph)).toBe('link-shared')
  })

  test('to the file of those that need it soon, when one of them begins with it', () => {
    expect(chapter('switch', graph)).toBe('phone-link-shared')
    expect(chapter('form', graph)).toBeNull()
  })

  test('where the bundler thinks best, when no entrance begins with it', () => {
    expect(chapter('visit', graph)).toBeNull()
  })
})
