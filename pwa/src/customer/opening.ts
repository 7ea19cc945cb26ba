/** What comes of opening a customer's link, whatever is behind it. */
import type { Reading } from '@/protocol/envelope'

export type Opening<T> =
  | { at: 'loading' }
  | { at: 'open'; answer: T }
  /** The link has expired or was revoked; the server doesn't say which. */
  | { at: 'gone' }
  | { at: 'unknown' }
  /** Nobody answered, or somebody who isn't our server. */
  | { at: 'offline' }
  | { at: 'failed'; message: string; number: number }

export async function opened<T>(asking: Promise<Reading<T>>): Promise<Opening<T>> {
  try {
    const reading = await asking
    if (reading.from === 'stranger') return { at: 'offline' }
    if (reading.ok) return { at: 'open', answer: reading.body }
    if (reading.status === 404) return { at: 'unknown' }
    if (reading.status === 410) return { at: 'gone' }
    return { at: 'failed', message: reading.error.message, number: reading.error.number }
  } catch (error) {
    console.warn('the link could not be read', error)
    return { at: 'offline' }
  }
}
