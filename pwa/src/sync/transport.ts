/** The one request of field work. Whoever answers is recognised by the shape of the answer. */
import { readSync, type Reading } from '../protocol/envelope'
import { authorization } from '../protocol/session'
import type { SyncAnswer, SyncRequest } from '../protocol/messages'

export interface Transport {
  /** Sends; an exception means that nobody answered. */
  sync: (request: SyncRequest) => Promise<Reading<SyncAnswer>>
}

const PATIENCE_MS = 60_000

/** The server that this page came from. */
export function httpTransport(base = '', headers: () => Record<string, string> = authorization): Transport {
  return {
    async sync(request) {
      const answer = await fetch(`${base}/api/v1/sync`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...headers() },
        body: JSON.stringify(request),
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'manual', // a captive portal's redirect is a stranger's answer, not something to follow
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      return readSync(answer.status, await answer.text())
    },
  }
}
