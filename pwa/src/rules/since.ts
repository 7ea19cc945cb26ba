/**
 * What is recorded otherwise by now than the report says that a customer signed. The mirror of sync/since.py: what is
 * signed stays as it is; an amendment is presented later and has it all, so it ends this. Pure.
 */
import type { Json } from '../protocol/json'
import { canonical } from './canonical'
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

const BESIDE: Record<string, (content: Data, now: Now) => boolean> = {
  fault: (content, { fault }) => 'fault' in content && !same(sectionOf(content, 'fault')['code'], fault?.['code']),
  photos: (content, { photos }) => {
    const told = listOf(content, 'photos').map(({ sha256 }) => sha256)
    return 'photos' in content && photos.some(({ slot, sha256 }) => !OF_THE_SIGNING.includes(slot ?? null) && !told.includes(sha256))
  },
  training: (content, { trainings }) => {
    const told = listOf(content, 'training').map(taught)
    const stands = trainings.filter(({ taken_back_at }) => (taken_back_at ?? null) === null).map(taught)
    const back = trainings.filter(({ taken_back_at }) => (taken_back_at ?? null) !== null).map(taught)
    const among = (one: Json, all: Json[]): boolean => all.some((other) => same(one, other))
    return 'training' in content && (stands.some((one) => !among(one, told)) || back.some((one) => among(one, told) && !among(one, stands)))
  },
  labour: (content, { visit }) => {
    const { spans } = sectionOf(content, 'labour')
    return spans !== undefined && !same(spans, spansOf(visit['labour']))
  },
}

/**
 * The steps of a visit that say something else than its signed report, `labour` last; of parts `partsSince` tells.
 *
 * @param signed content of the report; what an older template has not is not compared
 */
export function changedSteps(signed: Json, now: Now, plan: PlanTable = VISIT_PLAN): string[] {
  const content = isData(signed) ? signed : {}
  const told = sectionOf(content, 'visit')
  const differs = (name: string): boolean => name in told && !same(said(told[name]), said(now.visit[name]))
  return [...plan.steps, 'labour'].filter((step) => plan.answers[step]?.some(differs) === true || BESIDE[step]?.(content, now) === true)
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
