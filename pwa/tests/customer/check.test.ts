import { describe, expect, test } from 'vitest'
import { findingOf, isPhoto } from '@/customer/check'
import { sha256Hex } from '@/rules/canonical'
import { linkAnswer } from '../support/link'

describe('what the reader’s device finds', () => {
  test('is that the customer signed exactly this', () => {
    expect(findingOf(linkAnswer())).toBe('signed')
  })

  test('is that exactly this was presented, while nobody has signed', () => {
    expect(findingOf(linkAnswer({ signature: null }))).toBe('presented')
  })

  test('is a difference when one price was changed', () => {
    const answer = linkAnswer()
    const content = structuredClone(answer.report.content) as { parts: { price_fen: number }[] }
    content.parts[0]!.price_fen += 1
    expect(findingOf({ ...answer, report: { ...answer.report, content } })).toBe('differs')
  })

  test('is a difference when content and fingerprint were both changed after the signature', () => {
    const answer = linkAnswer()
    const later = linkAnswer({ content: { changed: true } })
    expect(findingOf({ report: later.report, signature: answer.signature })).toBe('differs')
  })

  test('is a difference when the content is none that could ever have been sealed', () => {
    const { report, signature } = linkAnswer()
    expect(findingOf({ report: { ...report, content: { total_fen: 0.5 } }, signature })).toBe('differs')
  })
})

test('a photo is the one in the content when its bytes have that fingerprint', () => {
  const bytes = Uint8Array.from([1, 2, 3])
  expect(isPhoto(bytes.buffer, sha256Hex(bytes))).toBe(true)
  expect(isPhoto(Uint8Array.from([1, 2, 4]).buffer, sha256Hex(bytes))).toBe(false)
})
