import { computed, type ComputedRef } from 'vue'
import type { Live } from '@/store/live'
import type { View } from '@/store/store'
import { useLiveState } from '@/store/live'
import type { CommandArgs } from '@/protocol/generated/commands'
import { fittingLists, planOf, type Plan, type PlanFacts } from '@/rules/visitPlan'
import type { Field } from '@/sync/field'
import { peopleToCall } from '../order/contacts'
import { readCover } from '../order/cover'
import { amendmentOf } from './finish/amending'
import { agreedParts } from './plan/asking'
import { readingsOf } from './readings/readings'
import type { VisitFacts } from './steps'
import { recallsOf } from './unit/serial'

/** Where an order's type says nothing. */
const USUAL_SLOTS = ['before', 'fault', 'after']

/** A visit with all that belongs to it; for a live query. `null`: there is none on this phone. */
export async function readVisit(field: Field, id: string): Promise<VisitFacts | null> {
  const visit = await field.get('visit', id)
  if (visit === undefined) return null
  const order = await field.get('order', visit.order_id)
  const unitId = visit.unit_id ?? order?.unit_id ?? null
  const type = order === undefined ? undefined : (await field.by('order_type', 'code', order.type))[0]
  const unit = unitId === null ? undefined : await field.get('unit', unitId)
  const model = unit === undefined ? undefined : await field.get('product_model', unit.model_id)
  const site = order === undefined ? undefined : await field.get('site', order.site_id)
  const fault = visit.fault_code_id === null ? undefined : await field.get('fault_code', visit.fault_code_id)
  const recorded = (await field.by('part_line', 'visit_id', id)).sort((a, b) => a.fitted_at.localeCompare(b.fitted_at))
  const [lines, takenBack] = [recorded.filter((line) => !isTakenBack(line)), recorded.filter(isTakenBack)]
  const own = await listsOf(field, visit)
  const cover = order === undefined ? null : await readCover(field, order, await zoneOf(field))
  const reports = (await field.by('report', 'order_id', visit.order_id)).filter(({ visit_id }) => visit_id === id)
  const { oldParts, trainings, ...told } = await agreements(field, visit.order_id)
  return {
    visit,
    order,
    unit,
    fault,
    model,
    site,
    recalls: recallsOf(await field.all('recall'), unit),
    photos: (await field.by('photo', 'visit_id', id)).sort((a, b) => a.taken_at.localeCompare(b.taken_at)),
    lines,
    takenBack,
    reports: reports.sort((a, b) => a.round - b.round),
    disputes: await field.by('dispute', 'order_id', visit.order_id),
    cover,
    ...told,
    trainings: trainings.filter((one) => !isTakenBack(one)),
    untrained: trainings.filter(isTakenBack),
    oldParts: oldParts.filter(({ part_line_id }) => takenBack.every((line) => line.id !== part_line_id)),
    contact: order === undefined ? '' : await contactOf(field, order),
    ...planned({ order, cover, lines, fault, model, consents: told.consents }, type === undefined ? USUAL_SLOTS : (type.photo_slots as string[]), own),
    returns: await field.by('report_return', 'visit_id', id),
    amending: await amendmentOf(field, id),
    minPhotos: type?.min_photos ?? 0,
  }
}

/** What the customer agreed to, was shown and paid, and what came out of the machine: of the whole order. */
async function agreements(field: Field, order: string): Promise<Pick<VisitFacts, 'consents' | 'decisions' | 'trainings' | 'settlements' | 'oldParts'>> {
  return {
    consents: (await field.by('consent', 'order_id', order)).sort((a, b) => a.given_at.localeCompare(b.given_at)),
    decisions: await field.by('cover_decision', 'order_id', order),
    trainings: (await field.by('training', 'order_id', order)).sort((a, b) => a.trained_at.localeCompare(b.trained_at)),
    settlements: await field.by('settlement', 'order_id', order),
    oldParts: await field.by('old_part_return', 'order_id', order),
  }
}

/** It was recorded by mistake; a record from before that could be said has no such field. */
function isTakenBack({ taken_back_at }: { taken_back_at?: string | null }): boolean {
  return (taken_back_at ?? null) !== null
}

async function zoneOf(field: Field): Promise<string> {
  return (await field.all('company'))[0]?.timezone ?? 'Asia/Shanghai'
}

/** Whom to ask: the order's contact, else the first one of the site. */
async function contactOf(field: Field, order: View<'order'>): Promise<string> {
  return peopleToCall(order, await field.by('contact', 'customer_id', order.customer_id)).find(({ name }) => name !== '')?.name ?? ''
}

/** The company's checklists that the visit began with; null where it named none. */
async function listsOf(field: Field, { checklists }: View<'visit'>): Promise<View<'checklist'>[] | null> {
  const named = (checklists ?? null) as string[] | null // a visit from before has no such field
  const found = await Promise.all((named ?? []).map((id) => field.get('checklist', id)))
  return named === null ? null : found.filter((one) => one !== undefined)
}

/** What the order asks for, with the cover that it has, and the company's checklists in it. */
function planned(
  { order, cover, lines, fault, model, consents }: Pick<VisitFacts, 'order' | 'cover' | 'lines' | 'fault' | 'model' | 'consents'>,
  slots: readonly string[],
  own: View<'checklist'>[] | null,
): { plan: Plan; lists: View<'checklist'>[] } {
  const facts: PlanFacts = {
    type: order?.type ?? 'repair',
    severity: order?.severity ?? 'general',
    covered: cover?.covered ?? false,
    parts: lines.length > 0 || agreedParts(consents).length > 0,
    old_part: lines.some(({ old_serial }) => old_serial !== null),
    readings: readingsOf(model).length > 0,
    major: fault?.major ?? false,
    model: model?.id ?? null,
  }
  return { plan: planOf(facts, slots, own), lists: fittingLists(own ?? [], facts) }
}

export function useVisit(field: Field, id: () => string): Live<VisitFacts | null> {
  return useLiveState(() => readVisit(field, id()), [id])
}

type Changes = CommandArgs['visit.record']['changes']

/** Records edits of a visit's fields. */
export function recorder(field: Field, facts: () => VisitFacts): (changes: Changes) => Promise<unknown> {
  return (changes) => {
    const { visit } = facts()
    return field.act('visit.record', { visit_id: visit.id, order_id: visit.order_id, changes })
  }
}

/** The facts of a screen that is only shown once there are some. */
export function present(live: Live<VisitFacts | null>): ComputedRef<VisitFacts | undefined> {
  return computed(() => live.data.value ?? undefined)
}
