/** Field work of one person on this device: the door that the technician's screens use. */
import { shallowRef, type ShallowRef } from 'vue'
import type { StoredEntry } from '../journal/database'
import { Journal, LOCK, type NewPhoto } from '../journal/journal'
import type { Lock } from './lock'
import type { Picture } from '../journal/picture'
import type { CommandArgs } from '../protocol/generated/commands'
import type { Kinds } from '../protocol/generated/kinds'
import { newId } from '../protocol/ids'
import type { Json, JsonObject } from '../protocol/json'
import type { CommandName, ErrorAnswer, Kind } from '../protocol/messages'
import { checkArgs, InvalidArgs } from '../rules/args'
import { hashOf, sha256Hex } from '../rules/canonical'
import { commandOf, targetOf } from '../rules/effects'
import { KINDS } from '../rules/tables'
import { watchQuery } from '../store/live'
import { Store, type Reads, type View } from '../store/store'
import { BatchSize } from './batch'
import { DEVICE, DeviceClock, type ClockEstimate, type Clocks } from './clock'
import { healthOf, UNKNOWN, type Health, type Moving } from './health'
import { Leader, leaderOf } from './leader'
import { SyncLoop, type LoopState } from './loop'
import type { Amending, ComposedReport, Reported } from './report'
import { round, type Ports } from './round'
import { httpTransport, type Transport } from './transport'
import { listen } from './triggers'
import type { Uploader } from './uploads'

export const APP_VERSION = '0.1.0'

/** How often an idle app looks for news. */
const VISIBLE_MS = 5_000
const HIDDEN_MS = 5 * 60_000

/** Hash of the kinds that this app knows: made when it is first sent, not at the start. */
let SCHEMA: string | undefined

/** Who works on this device. */
export interface FieldSession {
  person_id: string
  /** Short name of the device: the first part of provisional numbers. */
  device_code: string
}

/** Other parts than the browser's, for tests. */
export interface FieldOptions {
  transport?: Transport
  clocks?: Clocks
  /** Where photos go; `null` sends none. */
  uploads?: string | null
  /** Listen to the browser (online, visible, messages). */
  triggers?: boolean
  /** Syncing waits for `begin`: a start shows its first screen before it does anything else. */
  waits?: boolean
  /** Asks the person for the words that open a locked app; gives the key that they open. */
  unlock?: (lock: Lock) => Promise<Uint8Array>
}

/** Where a photo belongs, and the camera's file. */
export interface PhotoInput extends Pick<CommandArgs['visit.add_photo'], 'order_id' | 'visit_id' | 'slot' | 'caption'> {
  file: Blob
}

export interface ActOptions {
  /** Ids of mutations that this one depends on; those that create what the arguments name are found by themselves. */
  after?: readonly string[]
}

export class Field implements Reads {
  readonly health = shallowRef<Health>(UNKNOWN)
  private readonly clock: DeviceClock
  private readonly leader: Leader
  private readonly loop: SyncLoop
  /** Where photos go; nothing when none are sent. */
  private readonly endpoint: string | null
  private uploader: Promise<Uploader> | undefined
  private readonly stops: (() => void)[] = []
  private closed = false
  private begun = false
  private moving: Moving = { state: 'idle', message: '', sending: 0 }
  private counting = false
  private countAgain = false

  constructor(
    readonly session: FieldSession,
    readonly journal: Journal,
    readonly store: Store,
    estimate: ClockEstimate | undefined,
    private readonly options: FieldOptions,
  ) {
    this.clock = new DeviceClock(options.clocks ?? DEVICE, estimate)
    this.endpoint = options.uploads === undefined ? '/api/v1/uploads' : options.uploads
    const ports = this.ports(options.transport ?? httpTransport())
    this.loop = new SyncLoop({
      round: () => round(ports),
      changed: (state, error) => this.moved(state, error),
      settled: () => void this.sendPhotos().catch((error: unknown) => console.error('no photo could be sent', error)),
      idleMs: () => (document.visibilityState === 'visible' ? VISIBLE_MS : HIDDEN_MS),
    })
    this.leader = new Leader(leaderOf(session.person_id), {
      lead: () => void this.loop.wake(),
      wake: () => void this.loop.wake(),
      heard: (news) => this.tellScreens(news as Moving),
    })
  }

  /** Starts to sync and to count; harmless when it was started, or closed meanwhile. */
  begin(): void {
    if (this.begun || this.closed) return
    this.begun = true
    this.watch()
    if (this.options.triggers !== false) this.stops.push(listen(() => this.leader.ask()), this.nudgeLeader())
    void this.leader.stand()
  }

  private ports(transport: Transport): Ports {
    return {
      journal: this.journal,
      store: this.store,
      transport,
      clock: this.clock,
      size: new BatchSize(),
      app: APP_VERSION,
      get schema() {
        return (SCHEMA ??= hashOf(KINDS))
      },
      sending: (count) => {
        if (count !== this.moving.sending) this.tell({ ...this.moving, sending: count })
      },
    }
  }

  /**
   * Does a field command: it is written to the journal and shows at once; it is sent when there is a network.
   *
   * @throws InvalidArgs naming the fields, before anything is written
   * @throws StorageFull when the phone has no room
   */
  act<N extends CommandName>(name: N, args: CommandArgs[N], options: ActOptions = {}): Promise<StoredEntry> {
    return this.write(name, args, options)
  }

  private async write(name: CommandName, args: JsonObject, options: ActOptions, photo?: NewPhoto): Promise<StoredEntry> {
    const command = commandOf(name)
    if (command === undefined) throw new Error(`no command ${name}`)
    const problems = checkArgs(name, args)
    if (Object.keys(problems).length > 0) throw new InvalidArgs(name, problems)
    const meta = { actor: this.session.person_id, made_at: '', id: '' }
    const creates = command.effects
      .filter((effect) => effect.do === 'create')
      .map((effect) => targetOf(effect, args, meta)?.id)
      .filter((id) => id !== undefined)
    const names = Object.values(args).filter((value) => typeof value === 'string' && value.length === 36) as string[]
    const draft = { name, version: command.version, args, after: options.after ?? [], creates, names }
    const entry = await this.journal.append(draft, this.clock.moment(), photo)
    this.leader.ask()
    return entry
  }

  /**
   * Keeps a photo: shrunk in a worker, then its bytes and its record in one transaction.
   * The record goes first, the file follows.
   *
   * @throws UnreadablePicture when this browser cannot read the file
   * @throws StorageFull when the phone has no room
   */
  async addPhoto({ file, ...where }: PhotoInput): Promise<StoredEntry> {
    const { shrink } = await import('../journal/shrink') // here with the visit's screens, not at a start
    return this.keepPicture(where, await shrink(file))
  }

  /** Keeps a picture that is shrunk already. */
  async keepPicture(where: Omit<PhotoInput, 'file'>, { bytes, ...picture }: Picture): Promise<StoredEntry> {
    const sha256 = sha256Hex(new Uint8Array(bytes))
    const photo_id = newId()
    const args = { ...where, ...picture, photo_id, sha256, bytes: bytes.byteLength } satisfies CommandArgs['visit.add_photo']
    const file = { sha256, bytes, type: picture.media_type, photo_id, order_id: where.order_id }
    return this.write('visit.add_photo', args, {}, file)
  }

  /** A number that this phone gives and that stays valid for ever: `<device code>-<count>`. */
  async provisionalNumber(): Promise<string> {
    const count = await this.journal.nextNumber('document')
    return `${this.session.device_code}-${String(count).padStart(4, '0')}`
  }

  /**
   * Puts together the report that the customer signs, from what this phone shows. Nothing is written:
   * `presentReport` does that, once the customer is to see it.
   */
  async composeReport(of: Reported, amending?: Amending): Promise<ComposedReport> {
    const { composeReport } = await import('./report')
    return composeReport(this.store, of, () => this.provisionalNumber(), amending)
  }

  /** Presents a composed report: from now on exactly this content is what is signed. */
  presentReport(report: ComposedReport): Promise<StoredEntry> {
    return this.actSealed('signoff.present', report)
  }

  /** Presents what amends a signed report; the hash of that one is within the content. */
  presentAmendment(report: ComposedReport, of: Pick<CommandArgs['signoff.amend'], 'amends' | 'amendment' | 'reason'>): Promise<StoredEntry> {
    const { report_id, order_id, visit_id, round, provisional_number, outcome = null, content, hash } = report
    return this.actSealed('signoff.amend', { report_id, order_id, visit_id, round, provisional_number, outcome, content, hash, ...of })
  }

  /** As `act`, with the signature of this device's key; that is made before anything is written. */
  async actSealed<N extends CommandName>(name: N, args: CommandArgs[N]): Promise<StoredEntry> {
    const { attested } = await import('./deviceKey')
    return this.act(name, await attested(this.journal, name, args))
  }

  /** Questions that belong together, as a screen has them: faster than one by one. */
  together<T>(ask: (reads: Reads) => Promise<T>): Promise<T> {
    return this.store.together(ask)
  }

  get<K extends Kind>(kind: K, id: string): Promise<View<K> | undefined> {
    return this.store.get(kind, id)
  }

  many<K extends Kind>(kind: K, ids: readonly string[]): Promise<Map<string, View<K>>> {
    return this.store.many(kind, ids)
  }

  all<K extends Kind>(kind: K): Promise<View<K>[]> {
    return this.store.all(kind)
  }

  by<K extends Kind>(kind: K, field: keyof Kinds[K] & string, value: Json): Promise<View<K>[]> {
    return this.store.by(kind, field, value)
  }

  /** What is only on this phone, in its order: for the outbox screen. */
  outbox(): Promise<StoredEntry[]> {
    return this.journal.pending()
  }

  /** The server's time, as well as the phone can tell. */
  now(): string {
    return this.clock.corrected()
  }

  /**
   * What only this phone has, in a locked file that a desk can hand in.
   *
   * @param words open it again; nobody can without them.
   */
  async takeAway(person_name: string, words: string): Promise<Blob> {
    const { takeAway } = await import('./takeAway') // most days nobody needs it
    const { person_id, device_code } = this.session
    return takeAway(this.journal, this.clock.moment(), { person_id, device_code, person_name }, words)
  }

  /** Syncs now. Resolves when this tab's loop has come to rest; another tab may do the work. */
  async syncNow(): Promise<void> {
    if (this.leader.leading) await this.loop.wake()
    else this.leader.ask()
  }

  /** Stops everything of this tab. Nothing is lost: the journal is on the disk. */
  async close(): Promise<void> {
    this.closed = true
    this.stops.forEach((stop) => stop())
    this.leader.close()
    await (await this.uploader?.catch(() => undefined))?.stop() // one that never came has nothing to stop
    await this.loop.close()
    this.store.close()
    this.journal.close()
  }

  /** The part that uploads is loaded for the first photo: most starts of the app send none. */
  private loadUploader(endpoint: string): Promise<Uploader> {
    const { journal } = this
    this.uploader ??= import('./uploads').then(({ Uploader }) => new Uploader({ journal, endpoint }))
    this.uploader.catch(() => (this.uploader = undefined)) // the next time tries again
    return this.uploader
  }

  /** Sends what waits for Wi-Fi by the network that there is: the person has said so. */
  sendPhotosNow(): Promise<void> {
    return this.sendPhotos(true)
  }

  private async sendPhotos(anyNetwork = false): Promise<void> {
    if (this.endpoint === null || this.closed || (await this.journal.counts()).photos === 0) return
    const uploader = await this.loadUploader(this.endpoint)
    if (this.closed) return
    this.tell({ ...this.moving, sending: 1 })
    const { sent } = await uploader.run(anyNetwork)
    this.tell({ ...this.moving, sending: 0 })
    if (sent > 0) void this.loop.wake() // the next receipt names them
  }

  private moved(state: LoopState, error: ErrorAnswer | null): void {
    this.tell({ state, message: error?.message ?? '', sending: state === 'syncing' ? this.moving.sending : 0 })
  }

  private tell(moving: Moving): void {
    this.leader.tell(moving)
    this.tellScreens(moving)
  }

  private tellScreens(moving: Moving): void {
    this.moving = moving
    void this.count()
  }

  /** What asks while a count runs is answered by one more, however many ask. */
  private async count(): Promise<void> {
    this.countAgain = this.counting
    if (this.counting) return
    this.counting = true
    do {
      this.countAgain = false
      await this.counted()
    } while (this.countAgain)
    this.counting = false
  }

  private async counted(): Promise<void> {
    if (this.closed) return
    try {
      this.health.value = await healthOf(this.journal, this.store, this.moving, this.clock.now())
    } catch (error) {
      console.error('the state of the work could not be counted', error)
    }
  }

  /** A hidden leader's timers sleep: a follower that a person looks at asks for news in its place. */
  private nudgeLeader(): () => void {
    const timer = setInterval(() => {
      if (!this.leader.leading && document.visibilityState === 'visible') this.leader.ask()
    }, VISIBLE_MS)
    return () => clearInterval(timer)
  }

  /** Counts again whenever the journal or the store changed, in this tab or another. */
  private watch(): void {
    const read = async (): Promise<unknown> => [await this.journal.revision(), await this.store.standing()]
    this.stops.push(watchQuery(read, () => void this.count()))
  }
}

/** Opens field work for a person: also without a network. */
export async function openField(session: FieldSession, options: FieldOptions = {}): Promise<Field> {
  const journal = new Journal(session.person_id)
  const store = new Store(journal)
  const opening = store.open() // both databases at once
  opening.catch(() => undefined) // waited for below; a locked one may have to be opened otherwise
  const [estimate, lock] = await Promise.all([journal.fact<ClockEstimate>('clock'), journal.fact<Lock>(LOCK)])
  if (lock === undefined) await opening
  else await openLocked(journal, store, lock, options)
  const field = new Field(session, journal, store, estimate, options)
  if (options.waits !== true) field.begin()
  return field
}

async function openLocked(journal: Journal, store: Store, lock: Lock, { unlock }: FieldOptions): Promise<void> {
  if (unlock === undefined) throw new Error('the app is locked')
  const key = await unlock(lock)
  const { lockAgain, openWith } = await import('./locking')
  await openWith(journal, store, key)
  lockAgain()
}

export type { ComposedReport, Health, Reads, View }
export type HealthRef = Readonly<ShallowRef<Health>>
