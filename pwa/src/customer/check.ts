/**
 * Is this what was signed? Worked out on the reader's own device: the fingerprint of what is shown, against the one
 * that was signed, and the fingerprint of every photo against the one in the content.
 */
import type { LinkAnswer } from '@/protocol/links'
import { hashOf, NotCanonical, sha256Hex } from '@/rules/canonical'

/** `signed`: the customer signed exactly this. `presented`: exactly this was presented. `differs`: neither. */
export type Finding = 'signed' | 'presented' | 'differs'

function fingerprint(content: unknown): string | null {
  try {
    return hashOf(content)
  } catch (error) {
    if (error instanceof NotCanonical) return null // no report was ever sealed with such content
    throw error
  }
}

/** Compares what was received with what was sealed. */
export function findingOf({ report, signature }: Pick<LinkAnswer, 'report' | 'signature'>): Finding {
  if (fingerprint(report.content) !== report.hash) return 'differs'
  if (signature === null) return 'presented'
  return signature.report_hash === report.hash ? 'signed' : 'differs'
}

/** Whether bytes are the photo that the content names. */
export function isPhoto(bytes: ArrayBuffer, sha256: string): boolean {
  return sha256Hex(new Uint8Array(bytes)) === sha256
}
