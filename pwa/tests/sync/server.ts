import type { Reading } from '@/protocol/envelope'
import { readSync } from '@/protocol/envelope'
import { readCursor } from '@/protocol/cursor'
import type { Change, Digest, Entry, Receipt, SyncAnswer, SyncRequest, Verdict } from '@/protocol/messages'
import { ChannelDigests, recordDigest } from '@/rules/digest'
import { apply, commandOf, Refused } from '@/rules/effects'
import { entryHash, GENESIS } from '@/rules/journal'
import { KINDS, type Data } from '@/rules/tables'
import type { Transport } from '@/sync/transport'
import { cursorAt } from '../helpers'

/** A record as the real server sends it: every field is there. */
function blank(kind: string): Data {
  return Object.fromEntries(Object.entries(KINDS[kind] ?? {}).map(([name, type]) => [name, type === 'list' ? [] : null]))
}

interface Row {
  position: number
  change: Change
}

interface State {
  position: number
  records: Map<string, Data>
  rows: Map<string, Row>
  verdicts: Map<string, Verdict>
  head: number
  hash: string
  photos: Set<string>
}

/** What happens to a request on its way. */
export type Weather = 'fine' | 'lost' | 'answer_lost' | 'portal' | 'login' | 'too_large'

/**
 * A small server for one phone: real rules, one channel, everything in memory.
 * It proves the phone's side; the real server is proved elsewhere, together with the phone.
 */
export class SmallServer {
  state: State = { position: 0, records: new Map(), rows: new Map(), verdicts: new Map(), head: 0, hash: GENESIS, photos: new Set() }
  checkpoint = 'one'
  backedUp = { through: 0, photos: new Set<string>() }
  scope: string[]
  weather: (() => Weather) | undefined
  /** Mutations in a request above which the server says "too large". */
  most = Infinity
  pageSize = 500
  requests: SyncRequest[] = []
  hold = new Set<string>()
  /** Journals whose head another phone has continued. */
  forked = new Set<string>()
  private time = Date.now() // the phones' own day: what they did today is counted by it

  constructor(readonly channel: string) {
    this.scope = [channel]
  }

  readonly transport: Transport = {
    sync: (request) => this.receive(JSON.parse(JSON.stringify(request)) as SyncRequest),
  }

  put(kind: string, id: string, data: Data): void {
    const key = `${kind} ${id}`
    const before = this.state.rows.get(key)?.change.v ?? 0
    this.state.position += 1
    this.state.records.set(key, data)
    this.state.rows.set(key, { position: this.state.position, change: { c: this.channel, k: kind, i: id, v: before + 1, d: data } })
  }

  get(kind: string, id: string): Data | undefined {
    return this.state.records.get(`${kind} ${id}`)
  }

  /** A copy to restore from. */
  backup(): State {
    return structuredClone(this.state)
  }

  restore(backup: State): void {
    this.state = structuredClone(backup)
    this.checkpoint = `${this.checkpoint}+`
  }

  private async receive(request: SyncRequest): Promise<Reading<SyncAnswer>> {
    await Promise.resolve()
    const weather = this.weather?.() ?? 'fine'
    if (weather === 'lost') throw new TypeError('Failed to fetch')
    this.requests.push(request)
    if (weather === 'portal') return readSync(200, '<html>请登录酒店无线网络</html>')
    if (weather === 'login') return this.error(401, 'session_expired')
    if (weather === 'too_large' || request.mutations.length > this.most) return this.error(413, 'too_large')
    const answer = this.answer(request)
    if (weather === 'answer_lost') throw new TypeError('network connection was lost')
    return readSync(200, JSON.stringify(answer))
  }

  private error(status: number, code: string): Reading<SyncAnswer> {
    return readSync(status, JSON.stringify({ onsite: 'error', number: status * 10, code, message: code }))
  }

  private answer(request: SyncRequest): SyncAnswer {
    this.time += 1000
    const forked = request.journal !== null && this.forked.has(request.journal)
    const verdicts = forked ? [] : request.mutations.map((entry) => this.take(entry))
    const behind = request.journal !== null && !forked && (request.mutations[0]?.seq ?? 1) > this.state.head + 1
    return {
      onsite: 'sync',
      protocol: 1,
      server_time: new Date(this.time).toISOString(),
      verdicts,
      journal: this.state.head === 0 && !forked ? null : { head: this.state.head, hash: this.state.hash, ask_from: behind ? this.state.head + 1 : null, forked },
      ...this.page(request),
      scope: this.scope,
      checkpoint: this.checkpoint,
      digests: request.pull?.digests === true ? this.digests() : null,
      receipt: this.receipt(request, forked),
    }
  }

  private receipt({ photos }: SyncRequest, forked: boolean): Receipt {
    const there = photos.filter((sha256) => this.state.photos.has(sha256))
    const { through, photos: kept } = this.backedUp
    return { through: forked ? 0 : this.state.head, photos: there, backed_up_through: through, backed_up_photos: there.filter((one) => kept.has(one)) }
  }

  /** Makes a backup that receipts tell of. */
  keep(): State {
    this.backedUp = { through: this.state.head, photos: new Set(this.state.photos) }
    return this.backup()
  }

  private take(entry: Entry): Verdict {
    const known = this.state.verdicts.get(entry.id)
    if (known !== undefined) return known
    const verdict = this.run(entry)
    if (entry.seq === this.state.head + 1) {
      this.state.verdicts.set(entry.id, verdict)
      this.state.head = entry.seq
      this.state.hash = entryHash(entry)
    }
    return verdict
  }

  private run(entry: Entry): Verdict {
    const verdict: Verdict = {
      id: entry.id, seq: entry.seq, verdict: 'applied', reason: null, number: null,
      message: null, notes: [], position: null, waits_for: [], resolution: null,
    }
    const meta = { id: entry.id, actor: this.channel.slice('person:'.length), made_at: entry.made_at }
    try {
      if (this.hold.has(entry.name)) throw new Refused('held_transition')
      for (const { kind, id, fields } of apply(commandOf(entry.name)!, entry.args, meta, (k, i) => this.get(k, i)))
        this.put(kind, id, { ...blank(kind), ...this.get(kind, id), ...fields })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { ...verdict, verdict: 'held', reason: error.reason }
    }
    return { ...verdict, position: this.state.position }
  }

  private digests(): Record<string, Digest> {
    const sums = new ChannelDigests()
    for (const { change } of this.state.rows.values())
      if (change.gone !== true) sums.add(change.c, recordDigest(change.k, change.i, change.d))
    return Object.fromEntries(this.scope.map((channel) => [channel, sums.of(channel)]))
  }

  private page(request: SyncRequest): Pick<SyncAnswer, 'changes' | 'cursor' | 'more' | 'same'> {
    const sent = request.pull?.cursor ?? null
    const view = sent === null ? undefined : readCursor(sent)
    const here = this.digests()
    const same = this.scope.filter((channel) => request.pull?.have?.[channel]?.d === here[channel]?.d)
    const from = view?.checkpoint === this.checkpoint ? view.steady : same.length > 0 ? this.state.position : 0
    const newer = [...this.state.rows.values()].filter(({ position }) => position > from).sort((a, b) => a.position - b.position)
    const rows = this.scope.includes(this.channel) ? newer.slice(0, this.pageSize) : []
    const more = rows.length < newer.length && rows.length > 0
    const reached = more ? rows.at(-1)!.position : this.state.position
    return { changes: rows.map(({ change }) => change), cursor: cursorAt(reached, { checkpoint: this.checkpoint }), more, same }
  }
}
