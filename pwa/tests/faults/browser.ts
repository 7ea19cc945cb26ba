/** The little of a browser that field work needs, for a process of Node. Imported before anything of the app. */
import 'fake-indexeddb/auto'

const PAGE = new URL('/app/', process.env['ONSITE_URL'])

/** What uploads use, over the same sockets as everything else. */
class Request implements Partial<XMLHttpRequest> {
  readonly upload = {} as XMLHttpRequestUpload
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  status = 0
  responseText = ''
  withCredentials = false
  private readonly headers: Record<string, string> = {}
  private readonly ending = new AbortController()
  private answer: Response | undefined
  private readonly target = { method: '', url: '' }

  open(method: string, url: string): void {
    Object.assign(this.target, { method, url })
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value
  }

  getResponseHeader(name: string): string | null {
    return this.answer?.headers.get(name) ?? null
  }

  send(body: Blob | null = null): void {
    this.fetched(body).then(
      () => this.onload?.(),
      () => this.onerror?.(),
    )
  }

  abort(): void {
    this.ending.abort()
  }

  private async fetched(body: Blob | null): Promise<void> {
    const { headers, ending: { signal } } = this
    this.answer = await fetch(this.target.url, { method: this.target.method, headers, body, signal })
    this.status = this.answer.status
    this.responseText = await this.answer.text()
  }
}

class Shelf {
  private readonly items = new Map<string, string>()

  getItem(name: string): string | null {
    return this.items.get(name) ?? null
  }

  setItem(name: string, value: string): void {
    this.items.set(name, value)
  }

  removeItem(name: string): void {
    this.items.delete(name)
  }
}

const { fetch: fetches } = globalThis
const found = {
  document: { visibilityState: 'visible', createElement: () => null }, // Vue makes a template as it loads
  navigator: {},
  location: PAGE,
  sessionStorage: new Shelf(),
  localStorage: new Shelf(),
  XMLHttpRequest: Request,
  fetch: (path: string, options?: RequestInit) => fetches(new URL(path, PAGE), options),
}
for (const [name, value] of Object.entries(found)) Object.defineProperty(globalThis, name, { value })
