/** How a customer wants to be told: by a link or a one-time code, without a session. */
import type { Reading } from './envelope'
import { ask, has, post } from './guest'

export interface Wish {
  channel: string
  /** Null: as the company has it in its file. */
  language: string | null
  /** Minutes after midnight; null for the company's own, both the same for none. */
  quiet_from: number | null
  quiet_to: number | null
}

export interface Telling extends Wish {
  /** By which ways they can be told at all. */
  channels: string[]
  company_from: number
  company_to: number
}

const isTelling = (body: unknown): body is Telling => has(body, 'channel', 'channels', 'company_from')

/** @param place `own/<token>` or `cases/<token>`. */
export const readTelling = (place: string, language: string): Promise<Reading<Telling>> => ask(`${place}/preference`, {}, language, isTelling)

export const sendTelling = (place: string, wish: Wish, language: string): Promise<Reading<Telling>> => ask(...post(`${place}/preference`, wish), language, isTelling)
