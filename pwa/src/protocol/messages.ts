/** The messages of `POST /api/v1/sync`, as docs/design.md has them. */
import type { CommandArgs } from './generated/commands'
import type { Kinds } from './generated/kinds'
import type { Json, JsonObject } from './json'

/** The version of these messages that this app speaks. */
export const PROTOCOL = 1

export type Kind = keyof Kinds
export type CommandName = keyof CommandArgs

/** A journal entry as it is hashed and sent. */
export interface Entry {
  id: string
  journal: string
  /** Gapless, from 1. */
  seq: number
  /** Hash of entry `seq - 1`; 64 zeros for the first. */
  prev: string
  name: string
  version: number
  args: JsonObject
  /** Ids of mutations that this one depends on. */
  after: string[]
  /** Device time, UTC, ISO-8601 with milliseconds. */
  made_at: string
  /** Monotonic milliseconds since the run began. */
  mono_ms: number
  /** Names one run of the page: monotonic times of two runs can't be compared. */
  run: string
}

export type VerdictWord = 'applied' | 'merged' | 'held' | 'waiting'

export interface Verdict {
  id: string
  seq: number | null
  verdict: VerdictWord
  reason: string | null
  number: number | null
  message: string | null
  notes: Json[]
  /** The feed position at which the effects became visible. */
  position: number | null
  waits_for: string[]
  resolution: JsonObject | null
}

/** A record as a channel shows it, or its leaving that channel. */
export type Change =
  | { c: string; k: string; i: string; v: number; d: JsonObject; gone?: false }
  | { c: string; k: string; i: string; v: number; gone: true }

export interface JournalState {
  head: number
  hash: string
  /** The server (restored from a backup) asks for every entry from this one on. */
  ask_from: number | null
  /** Two phones continued the same journal: this one must open a new journal. */
  forked: boolean
}

export interface Receipt {
  /** Every entry of the journal up to this one is durable. */
  through: number
  /** Of the hashes named in the request those whose file is stored and verified. */
  photos: string[]
  /** A verified backup has every entry of the journal up to this one. */
  backed_up_through: number
  /** Of `photos` those that a verified backup has. */
  backed_up_photos: string[]
}

export interface Digest {
  n: number
  d: string
}

export interface SyncRequest {
  protocol: number
  schema: string
  app: string
  clock: { device_time: string; mono_ms: number; run: string }
  status: { pending: number; pending_photos: number; oldest_unsent: string | null; locked: boolean }
  /** Whose journal and copy this is: a session of somebody else is refused. */
  person: string
  journal: string | null
  /** The lowest seq of that journal which this phone still has: what lies before can't be asked for. */
  kept_from: number | null
  mutations: Entry[]
  /** Hashes of photo files whose receipt this phone waits for. */
  photos: string[]
  /** `have`: digests of what this phone still has while its copy is repaired. */
  pull: { cursor: string | null; limit: number; digests: boolean; have?: Record<string, Digest> } | null
}

export interface SyncAnswer {
  onsite: 'sync'
  protocol: number
  server_time: string
  verdicts: Verdict[]
  journal: JournalState | null
  changes: Change[]
  /** Null only for a device that never got anything and gets nothing (revoked). */
  cursor: string | null
  more: boolean
  scope: string[]
  checkpoint: string
  digests: Record<string, Digest> | null
  /** Channels of which the phone has everything as it is: they are not sent. An older server names none. */
  same?: string[]
  receipt: Receipt
}

/** The error body of every endpoint. */
export interface ErrorAnswer {
  onsite: 'error'
  number: number
  code: string
  message: string
  fields?: Record<string, string[]>
}
