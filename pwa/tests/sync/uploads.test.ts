import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Journal } from '@/journal/journal'
import { settle } from '@/journal/receipts'
import { newId } from '@/protocol/ids'
import { sha256Hex } from '@/rules/canonical'
import { FIRST_PIECE, nextPiece, Uploader } from '@/sync/uploads'
import { chooseWifiOnly } from '@/sync/wifi'
import { moment, note, receipt } from '../helpers'
import { TusServer } from './tusServer'

let journal: Journal
let server: TusServer
let endpoint: string

beforeEach(async () => {
  journal = new Journal(newId())
  server = new TusServer()
  endpoint = await server.start()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await server.stop()
  await journal.database.delete()
})

/** A photo of some size in the journal. */
async function photo(size: number, seed = 1): Promise<string> {
  const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31 + seed) % 251)
  const sha256 = sha256Hex(bytes)
  const file = { sha256, bytes: bytes.buffer, type: 'image/jpeg', photo_id: newId(), order_id: newId() }
  await journal.append(note(newId()), moment(), file)
  return sha256
}

/** The browser says by which network it is online. */
function online(type: string | undefined): void {
  Object.defineProperty(navigator, 'connection', { value: type === undefined ? undefined : { type }, configurable: true })
}
afterEach(() => online(undefined))

describe('photos on Wi-Fi only', () => {
  test('wait on a mobile network, go by themselves on Wi-Fi, and all the same when the person says so', async () => {
    const [first] = [await photo(3000, 1)]
    const uploader = new Uploader({ journal, endpoint })
    await chooseWifiOnly(journal, true)
    for (const network of ['cellular', undefined]) {
      online(network)
      expect(await uploader.run()).toEqual({ outcome: 'waits', sent: 0 })
    }
    expect(server.requests).toEqual([])
    online('wifi')
    expect(await uploader.run()).toEqual({ outcome: 'all', sent: 1 })
    expect(server.whole()).toEqual([first])
    await photo(3000, 2)
    online('cellular')
    expect(await uploader.run(true)).toEqual({ outcome: 'all', sent: 1 })
  })
})

describe('uploads', () => {
  test('bring each photo up whole, one after the other', async () => {
    const hashes = [await photo(3000, 1), await photo(1_500_000, 2)]
    expect(await new Uploader({ journal, endpoint }).run()).toEqual({ outcome: 'all', sent: 2 })
    expect(server.whole().sort()).toEqual(hashes.sort())
    expect(server.requests.join(' ')).toMatch(/^POST( PATCH){1,6} POST( PATCH){1,6}$/)
  })

  test('go in longer pieces where the line is quick, and in short ones again where it is not', () => {
    expect(nextPiece(FIRST_PIECE, FIRST_PIECE, 200)).toBe(4 * FIRST_PIECE)
    expect(nextPiece(4 * FIRST_PIECE, 4 * FIRST_PIECE, 2000)).toBe(4 * FIRST_PIECE)
    expect(nextPiece(4 * FIRST_PIECE, 1000, 200)).toBe(4 * FIRST_PIECE) // all that was left of a photo
    expect(nextPiece(4 * FIRST_PIECE, 4 * FIRST_PIECE, 9000)).toBe(FIRST_PIECE)
    expect(nextPiece(FIRST_PIECE, 0, 200)).toBe(FIRST_PIECE) // cut off at once: none of nothing
  })

  test('send a photo at once where the line was quick for the one before, and in short pieces after it broke', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(Date.now()) // however busy this machine is, the line is quick
    const uploader = new Uploader({ journal, endpoint })
    await photo(3 * FIRST_PIECE, 1)
    await uploader.run()
    await photo(3 * FIRST_PIECE, 2)
    await uploader.run()
    expect(server.requests).toEqual(['POST', 'PATCH', 'PATCH', 'POST', 'PATCH'])
    await photo(3 * FIRST_PIECE, 3)
    server.cutAfter = 1000
    expect((await uploader.run()).outcome).toBe('offline')
    server.requests.length = 0
    await uploader.run()
    expect(server.requests).toEqual(['HEAD', 'PATCH', 'PATCH'])
  })

  test('prove nothing by themselves: only a receipt marks a photo as stored', async () => {
    const sha256 = await photo(100)
    await new Uploader({ journal, endpoint }).run()
    expect((await journal.counts()).photos).toBe(1)
    const { journal: id } = await journal.head()
    await settle(journal, { journal: id, server_time: '', checkpoint: 'k1', restored: false, photos: [], sent: [{ id: '', seq: 0 }], verdicts: [], state: null, receipt: receipt(0, [sha256]) })
    expect((await journal.counts()).photos).toBe(0)
  })

  test('go on where they were cut, also in a new run of the app', async () => {
    const sha256 = await photo(50_000)
    server.cutAfter = 20_000
    expect((await new Uploader({ journal, endpoint }).run()).outcome).toBe('offline')
    expect((await journal.photo(sha256))?.upload_url).toContain('/uploads/1')
    expect(await new Uploader({ journal, endpoint }).run()).toEqual({ outcome: 'all', sent: 1 })
    expect(server.whole()).toEqual([sha256])
    expect(server.uploads.size).toBe(1)
  })

  test('begin anew when the server forgot them', async () => {
    const sha256 = await photo(50_000)
    await journal.rememberUpload(sha256, `${endpoint}/gone`)
    await new Uploader({ journal, endpoint }).run()
    expect(server.whole()).toEqual([sha256])
  })

  test('wait for a log-in, and for a server that answers', async () => {
    await photo(100)
    server.refuse = 401
    expect((await new Uploader({ journal, endpoint }).run()).outcome).toBe('login')
    server.refuse = 503
    expect((await new Uploader({ journal, endpoint }).run()).outcome).toBe('offline')
    expect((await journal.counts()).photos).toBe(1)
  })

  test('of a photo that the server refuses do not hold up the rest, and it rests', async () => {
    await photo(100, 1)
    await photo(100, 2)
    server.refuse = 500 // it stumbles over each of them
    const uploader = new Uploader({ journal, endpoint })
    expect(await uploader.run()).toEqual({ outcome: 'refused', sent: 0 })
    expect(server.requests).toEqual(['POST', 'POST'])
    await uploader.run()
    expect(server.requests).toHaveLength(2)
    server.refuse = 415
    expect((await new Uploader({ journal, endpoint }).run()).outcome).toBe('refused')
  })

  test('asked for twice run once', async () => {
    await photo(100)
    const uploader = new Uploader({ journal, endpoint })
    await Promise.all([uploader.run(), uploader.run()])
    expect(server.requests).toEqual(['POST', 'PATCH'])
  })
})
