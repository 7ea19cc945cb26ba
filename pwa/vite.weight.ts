import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'
import { shellOf } from './vite.shell.ts'

type Bundle = Rolldown.OutputBundle

/** A regular expression that looks behind: Safari before 16.4 fails to parse the whole file. */
const LOOK_BEHIND = /\(\?<[=!]/

function textOf(item: Bundle[string] | undefined): string | Uint8Array {
  if (item === undefined) return ''
  return item.type === 'chunk' ? item.code : item.source
}

/** A file of words: `customer.zh-CN-BT527hBa.js` has those of one language. */
const WORDS = /\.(zh-CN|en)\b[^/]*\.js$/

/**
 * What an entrance weighs: everything that one reader can ever load, each file gzipped on its own. In bytes. A reader
 * reads one language, so of the words those of the heavier one count.
 *
 * @param first only what has to come before the first screen; its words, in one language, come to that
 */
export function weightOf(bundle: Bundle, entrance: string, first = false): number {
  const spoken: Record<string, number> = {}
  let sum = 0
  for (const name of shellOf(bundle, entrance, first)) {
    const weight = gzipSync(textOf(bundle[name])).length
    const language = WORDS.exec(name)?.[1]
    if (language === undefined) sum += weight
    else spoken[language] = (spoken[language] ?? 0) + weight
  }
  return sum + Math.max(0, ...Object.values(spoken))
}

/** The files of an entrance that an older phone cannot parse. */
export function unreadable(bundle: Bundle, entrance: string): string[] {
  return [...shellOf(bundle, entrance)].filter((name) => {
    const item = bundle[name]
    return item?.type === 'chunk' && LOOK_BEHIND.test(item.code)
  })
}

/**
 * Keeps an entrance light and readable for any phone: a build that breaks this fails.
 *
 * @param limit in bytes, gzipped
 * @param first only what has to come before the first screen counts
 */
export function lightEntrance(entrance: string, limit: number, first = false): Plugin {
  return {
    name: 'onsite-light-entrance',
    apply: 'build',
    writeBundle(_options, bundle) {
      if (!Object.values(bundle).some((item) => item.type === 'chunk' && item.name === entrance)) return
      const weight = weightOf(bundle, entrance, first)
      const of = `${first ? 'before its first screen ' : ''}${(weight / 1024).toFixed(1)} KB of ${(limit / 1024).toFixed(0)} KB gzipped`
      if (weight > limit) this.error(`the entrance ${entrance} is too heavy: ${of}`)
      const bad = unreadable(bundle, entrance)
      if (bad.length > 0) this.error(`older phones cannot parse ${bad.join(', ')}: a regular expression looks behind`)
      this.info(`the entrance ${entrance} weighs ${of}`)
    },
  }
}
