// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { chapterOf } from '../../vite.chapters'

const IMPORTS: Record<string, string[]> = {
  start: ['vue'],
  phone: ['vue', 'dexie', 'report'],
  desk: ['vue', 'kit'],
  link: ['vue', 'report', 'words'],
  vue: [],
  dexie: ['tools'],
  tools: [],
  report: ['tools'],
  kit: [],
  visit: ['vue', 'words'],
  words: [],
}

const LATER: Record<string, string[]> = { phone: ['visit'] }

const info = (id: string): object => ({ importedIds: IMPORTS[id] ?? [], dynamicallyImportedIds: LATER[id] ?? [] })
const graph = { getModuleInfo: info } as unknown as Parameters<ReturnType<typeof chapterOf>>[1]
const chapter = chapterOf({ start: 'start', phone: 'phone', desk: 'desk', link: 'link' })

describe('a module goes', () => {
  test.each([
    ['vue', 'all'],
    ['dexie', 'phone'],
    ['kit', 'desk'],
    ['report', 'phone-link'],
    ['tools', 'phone-link'],
  ])('to the file of exactly those entrances that begin with it: %s to %s', (id, name) => {
    expect(chapter(id, graph)).toBe(name)
  })

  test('apart from an entrance, when another comes to it later: loading that one starts it', () => {
    expect(chapter('words', graph)).toBe('link-shared')
  })

  test('where the bundler thinks best, when no entrance begins with it', () => {
    expect(chapter('visit', graph)).toBeNull()
  })
})
