/** The way to the server for pages that work online: the desk, the start page, the customer's pages. */

/** The server answered and said no: its sentence is in the person's language. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly number: number,
    message: string,
    /** Per field (dotted path) what is wrong with it. */
    readonly fields: Readonly<Record<string, readonly string[]>> = {},
  ) {
    super(message)
  }

  /** The session is over: log in again and go on. */
  get needsLogIn(): boolean {
    return this.status === 401
  }
}

/** Nobody answered, or somebody else did (a captive portal, a proxy's error page). */
export class Unreachable extends Error {}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

export interface Done<T> {
  result: T
  /** Feed position at which the change became visible. */
  position: number
}

export interface RestOptions {
  /** The language that errors are asked for in. */
  language: () => string
  /** Told about every answer's time, to know how far this device's clock is off. */
  serverTime?: (ms: number) => void
  /** Told whenever the server answers that a log-in is needed. */
  loggedOut?: () => void
}

const BASE = '/api/v1'
const LIMIT_MS = 20_000

function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '' && value !== false)
      search.set(name, value === true ? '1' : String(value))
  const text = search.toString()
  return `${BASE}/${path}${text === '' ? '' : `?${text}`}`
}

interface ErrorBody {
  onsite: 'error'
  number: number
  code: string
  message: string
  fields?: Record<string, string[]>
}

function isError(body: unknown): body is ErrorBody {
  const some = body as Partial<ErrorBody> | null
  return typeof some === 'object' && some?.onsite === 'error' && typeof some.code === 'string'
}

async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text()
  if (text === '' && answer.ok) return null
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Unreachable('the answer is not ours', { cause: error })
  }
}

/** Reads and commands over HTTP with the cookie session of this browser. */
export class Rest {
  constructor(private readonly options: RestOptions) {}

  /** Reads a list or a record. Raises Refused or Unreachable. */
  read<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return this.ask<T>('GET', addressOf(path, query), undefined, signal)
  }

  /**
   * Runs a command.
   *
   * @param id names the wish: the same one sent again (after a lost answer) is carried out once.
   * @param limit how long it may take, in milliseconds.
   */
  run<T = unknown>(name: string, args: object, id?: string, limit = LIMIT_MS): Promise<Done<T>> {
    const headers: Record<string, string> = id === undefined ? {} : { 'Idempotency-Key': id }
    return this.ask<Done<T>>('POST', addressOf(`commands/${name}`), args, undefined, headers, limit)
  }

  /** Anything that is no command: sessions, set-up, demo. */
  send<T>(method: 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
    return this.ask<T>(method, addressOf(path), body)
  }

  /**
   * Uploads a whole photo at once (tus 1.0, creation with upload); one that is there already is not stored twice.
   *
   * @param sha256 of the bytes: the server checks it.
   */
  async upload(sha256: string, bytes: ArrayBuffer): Promise<void> {
    const headers = {
      'Accept-Language': this.options.language(),
      'Tus-Resumable': '1.0.0',
      'Upload-Length': String(bytes.byteLength),
      'Upload-Metadata': `sha256 ${btoa(sha256)}`,
      'Content-Type': 'application/offset+octet-stream',
    }
    const answer = await this.reach(addressOf('uploads'), { method: 'POST', headers, body: bytes })
    if (answer.status === 201) return
    const content = await bodyOf(answer)
    throw isError(content) ? this.refusal(answer.status, content) : new Unreachable(`a stranger answered ${answer.status}`)
  }

  private async ask<T>(
    method: string, address: string, body?: object, signal?: AbortSignal, more: Record<string, string> = {},
    longest = LIMIT_MS,
  ): Promise<T> {
    const headers: Record<string, string> = { 'Accept-Language': this.options.language(), ...more }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const limit = AbortSignal.timeout(longest)
    const answer = await this.reach(address, {
      method, headers,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const content = await bodyOf(answer)
    if (isError(content)) throw this.refusal(answer.status, content)
    if (!answer.ok) throw new Unreachable(`a stranger answered ${answer.status}`)
    return content as T
  }

  private async reach(address: string, request: RequestInit): Promise<Response> {
    let answer: Response
    try {
      answer = await fetch(address, request)
    } catch (error) {
      if (request.signal?.aborted === true && (error as Error).name === 'AbortError') throw error
      throw new Unreachable('no answer', { cause: error })
    }
    const date = Date.parse(answer.headers.get('Date') ?? '')
    if (!Number.isNaN(date)) this.options.serverTime?.(date)
    return answer
  }

  private refusal(status: number, body: ErrorBody): Refused {
    if (status === 401) this.options.loggedOut?.()
    return new Refused(status, body.code, body.number, body.message, body.fields)
  }
}
