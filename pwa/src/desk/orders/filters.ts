/** What a dispatcher asks of the orders list. It lives in the address, so that a window can be kept, sent and reloaded. */
import { STAGES, statusesOf, type Stage } from './stages'

export interface OrderFilters {
  /** `today`, `any`, or a day `YYYY-MM-DD` of the company's zone. */
  day: string
  stage: Stage
  branch: string
  technician: string
  urgency: string
  type: string
  /** Only orders that need somebody. */
  exceptions: boolean
  q: string
  /** From 1. */
  page: number
  size: number
}

export const SIZES = [25, 50, 100, 200] as const

export const NO_FILTERS: Readonly<OrderFilters> = {
  day: 'today', stage: 'all', branch: '', technician: '', urgency: '', type: '', exceptions: false, q: '', page: 1, size: 50,
}

type Address = Readonly<Record<string, unknown>>

function one(query: Address, name: string): string {
  const value = query[name]
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first.trim() : ''
}

function whole(text: string, low: number): number {
  const value = Number.parseInt(text, 10)
  return Number.isSafeInteger(value) && value >= low ? value : low
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
}

/** The filters that an address asks for; what makes no sense in it is left out. */
export function fromAddress(query: Address): OrderFilters {
  const day = one(query, 'day')
  const stage = one(query, 'stage')
  const size = whole(one(query, 'size'), 0)
  return {
    day: day === 'any' || isDay(day) ? day : NO_FILTERS.day,
    stage: STAGES.find((known) => known === stage) ?? NO_FILTERS.stage,
    branch: one(query, 'branch'),
    technician: one(query, 'technician'),
    urgency: one(query, 'urgency'),
    type: one(query, 'type'),
    exceptions: one(query, 'exceptions') === '1',
    q: one(query, 'q').slice(0, 200),
    page: whole(one(query, 'page'), 1),
    size: SIZES.find((known) => known === size) ?? NO_FILTERS.size,
  }
}

/** The shortest address that asks for these filters. */
export function toAddress(filters: OrderFilters): Record<string, string> {
  const address: Record<string, string> = {}
  for (const [name, value] of Object.entries(filters) as [keyof OrderFilters, string | number | boolean][])
    if (value !== NO_FILTERS[name]) address[name] = value === true ? '1' : String(value)
  return address
}

/** A change of what is asked for starts at the first page; turning pages does not. */
export function changed(filters: OrderFilters, change: Partial<OrderFilters>): OrderFilters {
  const page = 'page' in change ? {} : { page: 1 }
  return { ...filters, ...page, ...change }
}

/** How many things are asked for besides the day, the stage and the words. */
export function extraCount(filters: OrderFilters): number {
  const { branch, technician, urgency, type } = filters
  return [branch, technician, urgency, type].filter((value) => value !== '').length
}

/**
 * The question to the server.
 *
 * @param today the day where the company is.
 */
export function toQuestion(filters: OrderFilters, today: string): Record<string, string | number> {
  const { day, stage, exceptions, ...rest } = filters
  const question: Record<string, string | number> = { ...rest }
  if (day !== 'any') question['day'] = day === 'today' ? today : day
  const statuses = statusesOf(stage)
  if (statuses.length > 0) question['status'] = statuses.join(',')
  if (exceptions) question['exceptions'] = 1
  for (const [name, value] of Object.entries(question)) if (value === '') delete question[name]
  return question
}
