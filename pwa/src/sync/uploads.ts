/**
 * Photos: after everything else, one at a time, resumable for hours (tus 1.0).
 * An upload that ended proves nothing yet: only a receipt of the server marks a photo as stored.
 */
import { DefaultHttpStack, DetailedError, Upload, type HttpRequest, type HttpResponse, type HttpStack } from 'tus-js-client'
import type { StoredPhoto } from '../journal/database'
import type { Journal } from '../journal/journal'
import { authorization } from '../protocol/session'
import { isHeldBack } from './wifi'

export interface UploadPorts {
  journal: Journal
  endpoint: string
  /** Called as bytes go up. */
  progress?: (sha256: string, sent: number, total: number) => void
}

/** `waits`: for Wi-Fi, as the person has chosen. */
export type UploadOutcome = 'all' | 'offline' | 'login' | 'refused' | 'waits'

export interface UploadReport {
  outcome: UploadOutcome
  /** Files that went up in this run: the next receipt should name them. */
  sent: number
}

/** The first piece: small enough to get through where the network holds for seconds only; a cut piece is sent again whole. */
export const FIRST_PIECE = 256 * 1024
const QUICK_MS = 1000
const LONG_MS = 4000
const STALLED_MS = 60_000
/** How long a photo rests after an attempt: a server that never names it must not be asked without end. */
const REST_MS = 60_000

/** Another offset, a lock, a rush, a piece that changed on its way: the same upload goes on later. */
const PASSING = new Set([408, 409, 423, 429, 460, 502, 503, 504])

/**
 * How long the next piece may be: where one went up in no time a longer one gets through as well, and the server,
 * which waits for its disk after each, waits less often.
 *
 * @param longest that this one could have been: a photo's last piece is what was left
 * @param bytes of the piece that went up
 * @param ms that it took
 */
export function nextPiece(longest: number, bytes: number, ms: number): number {
  if (ms >= LONG_MS) return FIRST_PIECE
  return ms < QUICK_MS ? Math.max(longest, bytes * 4) : longest
}

async function checksum(body: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await body.arrayBuffer()))
  return btoa(String.fromCharCode(...digest))
}

/** Adds the tus checksum to each piece: a flipped bit is found now, not when the file is whole. */
class ChecksumStack implements HttpStack {
  private readonly inner = new DefaultHttpStack({})

  getName(): string {
    return 'ChecksumStack'
  }

  createRequest(method: string, url: string): HttpRequest {
    const request = this.inner.createRequest(method, url)
    const send = request.send.bind(request)
    request.send = async (body: unknown): Promise<HttpResponse> => {
      // Without a secure context there is no WebCrypto; the whole file's hash is still checked at the end.
      if (method === 'PATCH' && body instanceof Blob && 'subtle' in crypto)
        request.setHeader('Upload-Checksum', `sha256 ${await checksum(body)}`)
      return send(body)
    }
    return request
  }
}

export class Uploader {
  private current: Upload | undefined
  private running: Promise<UploadReport> | undefined
  private readonly triedAt = new Map<string, number>()
  /** What the line has taken quickly for one photo it takes for the next. */
  private piece = FIRST_PIECE

  constructor(private readonly ports: UploadPorts) {}

  /**
   * Sends what is not stored yet. Runs once, however often it is asked for.
   *
   * @param anyNetwork the person has said so: also what waits for Wi-Fi
   */
  run(anyNetwork = false): Promise<UploadReport> {
    this.running ??= this.all(anyNetwork).finally(() => (this.running = undefined))
    return this.running
  }

  /** Lets go of the upload that runs; it goes on later where it stopped. */
  async stop(): Promise<void> {
    await this.current?.abort()
  }

  private async all(anyNetwork: boolean): Promise<UploadReport> {
    const report: UploadReport = { outcome: 'all', sent: 0 }
    for await (const photo of this.ports.journal.unsentPhotos()) {
      if (!anyNetwork && (await isHeldBack(this.ports.journal))) return { ...report, outcome: 'waits' } // asked before each: one walks out of the Wi-Fi
      if (this.rests(photo)) continue
      const outcome = await this.one(photo)
      if (outcome === 'all') report.sent += 1
      else report.outcome = outcome
      if (outcome === 'offline' || outcome === 'login') break
      this.triedAt.set(photo.sha256, Date.now()) // one bad photo never blocks the rest
    }
    return report
  }

  private rests({ sha256 }: StoredPhoto): boolean {
    return Date.now() - (this.triedAt.get(sha256) ?? -Infinity) < REST_MS
  }

  private async one(photo: StoredPhoto): Promise<UploadOutcome> {
    try {
      // It went up before and no receipt named it: what the server holds under that address is not this file.
      const again = this.triedAt.has(photo.sha256)
      await this.send(again ? { ...photo, upload_url: null } : photo)
      return 'all'
    } catch (error) {
      return this.failed(photo, error)
    }
  }

  private send(photo: StoredPhoto): Promise<void> {
    const { journal, endpoint, progress } = this.ports
    return new Promise((resolve, reject) => {
      const stalled = (): void => {
        void upload.abort()
        reject(new Error('the upload does not move'))
      }
      let watchdog = setTimeout(stalled, STALLED_MS)
      let began = Date.now()
      const upload = new Upload(new Blob([photo.bytes], { type: photo.type }), {
        endpoint,
        uploadUrl: photo.upload_url,
        headers: authorization(),
        chunkSize: this.piece,
        retryDelays: null, // the loop decides when to try again
        storeFingerprintForResuming: false, // the journal remembers, not localStorage
        metadata: { sha256: photo.sha256, filetype: photo.type, person: journal.person },
        httpStack: new ChecksumStack(),
        onUploadUrlAvailable: () => void journal.rememberUpload(photo.sha256, upload.url),
        onProgress: (sent, total) => {
          clearTimeout(watchdog)
          watchdog = setTimeout(stalled, STALLED_MS)
          progress?.(photo.sha256, sent, total)
        },
        onChunkComplete: (bytes) => {
          this.piece = upload.options.chunkSize = nextPiece(this.piece, bytes, Date.now() - began)
          began = Date.now()
        },
        onSuccess: () => {
          clearTimeout(watchdog)
          resolve()
        },
        onError: (error) => {
          clearTimeout(watchdog)
          reject(error)
        },
      })
      this.current = upload
      upload.start()
    })
  }

  /** What a failure means for the rest of the queue. */
  private async failed(photo: StoredPhoto, error: unknown): Promise<UploadOutcome> {
    this.piece = FIRST_PIECE
    const status = error instanceof DetailedError ? (error.originalResponse?.getStatus() ?? 0) : 0
    console.warn(`photo ${photo.sha256.slice(0, 8)} was not sent (${status})`, error)
    if (status === 401) return 'login'
    if (status < 400 || PASSING.has(status)) return 'offline'
    if (status >= 500) return 'refused' // the server stumbles over this one: the others are tried, this one rests
    // The server does not want to go on with this upload (expired, other bytes): the next time begins anew.
    await this.ports.journal.rememberUpload(photo.sha256, null)
    return 'refused'
  }
}
