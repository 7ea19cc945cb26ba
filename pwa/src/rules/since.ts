/**
 * What is recorded otherwise by now than the report says that a customer signed. The mirror of sync/since.py: what is
 * signed stays as it is; an amendment is presented later and has it all, so it ends this. Pure.
 */
import type { Json } from '../protocol/json'
import { canonical } from './canonical'
import { agreedMinutes } from './charges'
import { standing } from './entitlement'
import { spansOf } from './labour'
import type { Data } from './tables'
import { VISIT_PLAN, type PlanTable } from './visitPlan'

/** What a visit says by now. */
export interface Now {
  visit: Data
  /** That of its fault code. */
  fault: Data | null
  /** Of this visit. */
  photos: readonly Data[]
  /** Of this visit, also what was taken back. */
  trainings: readonly Data[]
  /** Of the order: by these and the decisions about cover its price is found. */
  consents: readonly Data[]
  /** Of the order. */
  decisions: readonly Data[]
}

/** A line of parts that tells when it was fitted, and taken back. */
export interface Dated {
  id: string
  visit_id: string
  fitted_at: string
  taken_back_at?: string | null
}

/** Photos of how a report was signed: they are taken after it was shown, and are in none. */
const OF_THE_SIGNING: readonly Json[] = ['witness', 'stamped_paper']

const isData = (one: Json | undefined): one is Data => typeof one === 'object' && one !== null && !Array.isArray(one)
const same = (one: Json | undefined, other: Json | undefined): boolean => canonical(one ?? null) === canonical(other ?? null)

/** An answer that was emptied is none. */
function said(value: Json | undefined): Json {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? null : value
}

function sectionOf(content: Data, name: string): Data {
  const found = content[name]
  return isData(found) ? found : {}
}

function listOf(content: Data, name: string): Data[] {
  const found = content[name]
  return Array.isArray(found) ? found.filter(isData) : []
}

const taught = ({ topic, person, confirmed }: Data): Json => [topic ?? null, person ?? null, confirmed ?? null]

/** It is this photo with what is drawn on it; the first template told of no marks. */
function shows(told: Data, photo: Data): boolean {
  return told['sha256'] === photo['sha256'] && (!('marks' in told) || same(said(told['marks']), said(photo['marks'])))
}

const BESIDE: Record<string, (content: Data, now: Now) => boolean> = {
  fault: (content, { fault }) => 'fault' in content && !same(sectionOf(content, 'fault')['code'], fault?.['code']),
  plan: (content, { consents }) => {
    const { minutes } = sectionOf(content, 'labour')
    return minutes !== undefined && minutes !== agreedMinutes(consents)
  },
  photos: (content, { photos }) => {
    const told = listOf(content, 'photos')
    return 'photos' in content && photos.some((photo) => !OF_THE_SIGNING.includes(photo['slot'] ?? null) && !told.some((one) => shows(one, photo)))
  },
  training: (content, { trainings }) => {
    const told = listOf(content, 'training').map(taught)
    const stands = trainings.filter(({ taken_back_at }) => (taken_back_at ?? null) === null).map(taught)
    const back = trainings.filter(({ taken_back_at }) => (taken_back_at ?? null) !== null).map(taught)
    const among = (one: Json, all: Json[]): boolean => all.some((other) => same(one, other))
    return 'training' in content && (stands.some((one) => !among(one, told)) || back.some((one) => among(one, told) && !among(one, stands)))
  },
  cover: (content, { decisions }) => {
    const { basis } = sectionOf(content, 'entitlement')
    const last = standing(decisions)
    return basis !== undefined && last !== undefined && last['basis'] !== basis
  },
  labour: (content, { visit }) => {
    const { spans } = sectionOf(content, 'labour')
    return spans !== undefined && !same(spans, spansOf(visit['labour']))
  },
}

/**
 * The steps of a visit that say something else than its signed report, then `cover` and `labour`; of parts `partsSince` tells.
 *
 * @param signed content of the report; what an older template has not is not compared
 */
export function changedSteps(signed: Json, now: Now, plan: PlanTable = VISIT_PLAN): string[] {
  const content = isData(signed) ? signed : {}
  const told = sectionOf(content, 'visit')
  const differs = (name: string): boolean => name in told && !same(said(told[name]), said(now.visit[name]))
  return [...plan.steps, 'cover', 'labour'].filter((step) => plan.answers[step]?.some(differs) === true || BESIDE[step]?.(content, now) === true)
}

/**
 * Which lines of parts the report has and should not, or has not and should, by their ids.
 *
 * @param whole false for an interim report, after which the work goes on: what is fitted then stands in the next one
 */
export function partsSince({ visit_id, presented_at }: { visit_id: string; presented_at: string }, whole: boolean, lines: readonly Dated[]): [string, string][] {
  return lines.flatMap((line): [string, string][] => {
    const [before, back] = [line.fitted_at <= presented_at, line.taken_back_at ?? null]
    if (before && back !== null && back > presented_at) return [[line.id, 'taken_back']]
    return whole && !before && back === null && line.visit_id === visit_id ? [[line.id, 'fitted']] : []
  })
}
