import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Upload {
  length: number
  sha256: string
  bytes: Buffer
}

/** A small tus 1.0 server (creation, checksum) over real HTTP, with faults to choose. */
export class TusServer {
  readonly uploads = new Map<string, Upload>()
  readonly requests: string[] = []
  /** Closes the connection after that many bytes of the next PATCH were kept. */
  cutAfter: number | undefined
  /** Answers every request so. */
  refuse: number | undefined
  private server: Server | undefined

  async start(): Promise<string> {
    this.server = createServer((request, response) => void this.answer(request, response))
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v1/uploads`
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    await new Promise((resolve) => this.server?.close(resolve))
  }

  /** Hashes of the files that are whole and are what they claim to be. */
  whole(): string[] {
    return [...this.uploads.values()]
      .filter(({ bytes, length, sha256 }) => bytes.length === length && createHash('sha256').update(bytes).digest('hex') === sha256)
      .map(({ sha256 }) => sha256)
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*')
    response.setHeader('Access-Control-Allow-Credentials', 'true')
    response.setHeader('Access-Control-Allow-Methods', 'POST, HEAD, PATCH, DELETE')
    response.setHeader('Access-Control-Allow-Headers', 'tus-resumable, upload-length, upload-metadata, upload-offset, upload-checksum, content-type')
    response.setHeader('Access-Control-Expose-Headers', 'location, upload-offset, upload-length, tus-resumable')
    response.setHeader('Tus-Resumable', '1.0.0')
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    this.requests.push(`${request.method}`)
    if (this.refuse !== undefined) return void response.writeHead(this.refuse).end()
    if (request.method === 'POST') return this.create(request, response)
    const upload = this.uploads.get(request.url ?? '')
    if (upload === undefined) return void response.writeHead(404).end()
    if (request.method === 'HEAD') return this.tell(upload, response)
    return this.patch(upload, request, response)
  }

  private create(request: IncomingMessage, response: ServerResponse): void {
    const metadata = Object.fromEntries(
      String(request.headers['upload-metadata']).split(',').map((pair) => {
        const [key, value] = pair.split(' ') as [string, string]
        return [key, Buffer.from(value, 'base64').toString()]
      }),
    )
    const path = `/api/v1/uploads/${this.uploads.size + 1}`
    this.uploads.set(path, { length: Number(request.headers['upload-length']), sha256: metadata['sha256'] ?? '', bytes: Buffer.alloc(0) })
    response.writeHead(201, { Location: path }).end()
  }

  private tell({ bytes, length }: Upload, response: ServerResponse): void {
    response.writeHead(200, { 'Upload-Offset': String(bytes.length), 'Upload-Length': String(length) }).end()
  }

  private async patch(upload: Upload, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const body = Buffer.concat(parts)
    if (this.cutAfter !== undefined) {
      upload.bytes = Buffer.concat([upload.bytes, body.subarray(0, this.cutAfter)])
      this.cutAfter = undefined
      return void request.socket.destroy()
    }
    const [name, sum] = String(request.headers['upload-checksum']).split(' ')
    if (name !== 'sha256' || createHash('sha256').update(body).digest('base64') !== sum) return void response.writeHead(460).end()
    upload.bytes = Buffer.concat([upload.bytes, body])
    response.writeHead(204, { 'Upload-Offset': String(upload.bytes.length) }).end()
  }
}
