// @vitest-environment node
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { unreadable, weightOf } from '../../vite.weight'

type Bundle = Parameters<typeof weightOf>[0]

const chunk = (fileName: string, code: string, more: object = {}): object => ({
  type: 'chunk', fileName, name: fileName, code, imports: [], dynamicImports: [], ...more,
})

function bundle(...items: object[]): Bundle {
  return Object.fromEntries(items.map((item) => [(item as { fileName: string }).fileName, item])) as unknown as Bundle
}

const BUILT = bundle(
  chunk('customer', 'entry', { imports: ['vue'], dynamicImports: ['words'], viteMetadata: { importedCss: new Set(['look.css']) } }),
  chunk('vue', 'framework'),
  chunk('words', '/(?<!a)b/.test(x)'),
  chunk('desk', 'x'.repeat(1000)),
  { type: 'asset', fileName: 'look.css', source: 'a{}' },
)

const zipped = (text: string): number => gzipSync(text).length

describe('an entrance', () => {
  test('weighs all that it can ever load, and nothing of another', () => {
    expect(weightOf(BUILT, 'customer')).toBe(zipped('entry') + zipped('framework') + zipped('/(?<!a)b/.test(x)') + zipped('a{}'))
  })

  test('weighs the words of one language, the heavier: nobody reads two at once', () => {
    const files = ['assets/one.zh-CN-Ab_1.js', 'assets/two.zh-CN-x.js', 'assets/one.en-y.js']
    const spoken = bundle(chunk('customer', 'entry', { dynamicImports: files }), ...files.map((name) => chunk(name, name)))
    expect(weightOf(spoken, 'customer')).toBe(zipped('entry') + zipped('assets/one.zh-CN-Ab_1.js') + zipped('assets/two.zh-CN-x.js'))
  })

  test('weighs less before its first screen: what comes later does not count', () => {
    expect(weightOf(BUILT, 'customer', true)).toBe(zipped('entry') + zipped('framework') + zipped('a{}'))
  })

  test('is told which file an older phone cannot parse', () => {
    expect(unreadable(BUILT, 'customer')).toEqual(['words'])
    expect(unreadable(BUILT, 'desk')).toEqual([])
  })

  test('must exist', () => {
    expect(() => weightOf(BUILT, 'nobody')).toThrow('nobody')
  })
})
