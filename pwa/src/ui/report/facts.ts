/** Which facts stand on the report, in which words: the same rows as on the printed one. */
import type { ReportContent, ReportReading } from './content'
import type { ReportSpeech } from './speech'

export type Row = readonly [label: string, value: string]

export interface Block {
  title: string
  rows: Row[]
}

export interface Section {
  title: string
  rows: Row[]
  text: string
}

const joined = (...texts: (string | null)[]): string => texts.filter((text) => text !== null && text !== '').join(' ')

function moment(iso: string | null, { formats }: ReportSpeech): string {
  return iso === null ? '' : formats.dateTime(iso)
}

/** A person's name with the number on the badge. */
export function engineerOf({ engineer }: ReportContent, { pick, say }: ReportSpeech): string {
  const name = pick(engineer.name_zh, engineer.name_en)
  return engineer.badge === null ? name : say('badge', { name, badge: engineer.badge })
}

function customerRows({ customer, site, order }: ReportContent, { say, language }: ReportSpeech): Row[] {
  const name = language === 'en' ? (customer.name_en ?? customer.name) : customer.name
  return [
    [say('customer'), name ?? ''],
    [say('site'), site.name ?? ''],
    [say('address'), site.address ?? ''],
    [say('contact'), joined(order.contact_name, order.contact_phone)],
  ]
}

function agreementOf({ unit }: ReportContent, { say, formats }: ReportSpeech): string {
  if (unit.agreement_number === null || unit.agreement_end === null) return unit.agreement_number ?? ''
  return say('until', { what: unit.agreement_number, day: formats.calendar(unit.agreement_end) })
}

function unitRows(content: ReportContent, speech: ReportSpeech): Row[] {
  const { unit, model, visit } = content
  const { say, pick, formats } = speech
  return [
    [say('model'), joined(model.code, pick(model.name_zh, model.name_en))],
    [say('serial'), unit.serial ?? ''],
    [say('batch'), unit.batch ?? ''],
    [say('running_hours'), visit.running_hours === null ? '' : say('hours', { n: formats.number(visit.running_hours) })],
    [say('warranty_end'), unit.warranty_end === null ? '' : formats.calendar(unit.warranty_end)],
    [say('agreement'), agreementOf(content, speech)],
  ]
}

function orderRows({ order }: ReportContent, speech: ReportSpeech): Row[] {
  const { say, code } = speech
  return [
    [say('order'), order.number ?? ''],
    [say('type'), code('type', order.type)],
    [say('received_at'), moment(order.received_at, speech)],
  ]
}

function visitRows(content: ReportContent, speech: ReportSpeech): Row[] {
  const { say, code } = speech
  return [
    [say('engineer'), engineerOf(content, speech)],
    [say('arrived_at'), moment(content.visit.arrived_at, speech)],
    [say('arrival_method'), code('arrival', content.visit.arrival_method)],
  ]
}

const filled = (rows: Row[]): Row[] => rows.filter(([, value]) => value !== '')

/** For whom, at what, by which order, by whom. */
export function blocksOf(content: ReportContent, speech: ReportSpeech): Block[] {
  const { say } = speech
  return [
    { title: say('customer_block'), rows: filled(customerRows(content, speech)) },
    { title: say('unit_block'), rows: filled(unitRows(content, speech)) },
    { title: say('order_block'), rows: filled(orderRows(content, speech)) },
    { title: say('visit_block'), rows: filled(visitRows(content, speech)) },
  ].filter(({ rows }) => rows.length > 0)
}

/** Why it is charged so: by which clause, until when, what put off the end. */
export function whyOf({ entitlement }: ReportContent, { say, code, formats }: ReportSpeech): string {
  const { clause, decided, until, repair_days: repair, rest_days: rest } = entitlement
  return [
    clause === null ? '' : code('clause', clause),
    decided ? say('decided_on_site') : '',
    until === null ? '' : say('valid_until', { day: formats.calendar(until) }),
    repair ? say('repair_days', { n: formats.number(repair) }) : '',
    rest ? say('rest_days', { n: formats.number(rest) }) : '',
  ].filter((text) => text !== '').join(' · ')
}

/** Before what a site's own rule says: it stands in its own words. */
const SITE = 'site:'

/** A whole number of the last decimal place as a person writes it. */
function scaled(value: number, decimals: number): string {
  const digits = String(Math.abs(value)).padStart(decimals + 1, '0')
  const whole = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  return (value < 0 ? '-' : '') + whole
}

function readingRow(one: ReportReading, { say, pick }: ReportSpeech): Row {
  const { value, decimals, min, max, measure } = one
  const label = pick(one.name_zh, one.name_en) || (one.code ?? '')
  const text = joined(scaled(value, decimals), measure)
  if (min === null && max === null) return [label, text]
  const [low, high] = [min, max].map((end) => (end === null ? '' : scaled(end, decimals)))
  const span = min !== null && max !== null ? `${low}–${high}` : min !== null ? `≥ ${low}` : `≤ ${high}`
  const verdict = min !== null && value < min ? 'reading_below' : max !== null && value > max ? 'reading_above' : 'reading_within'
  return [label, say(verdict, { text, span })]
}

function checkRows({ visit }: ReportContent, { say, code, pick }: ReportSpeech): Row[] {
  return visit.checklist.map(({ id, ok, name_zh, name_en }) => [
    name_zh !== null ? pick(name_zh, name_en) : id.startsWith(SITE) ? id.slice(SITE.length) : code('check', id),
    say(ok === null ? 'check_none' : ok ? 'check_ok' : 'check_bad'),
  ])
}

function workedRows({ worked }: ReportContent, speech: ReportSpeech): Row[] {
  const spans = worked.spans.map(({ start, stop }) => `${moment(start, speech)} – ${moment(stop, speech)}`)
  return [
    [speech.say('worked_minutes'), worked.minutes > 0 ? speech.say('minutes', { n: speech.formats.number(worked.minutes) }) : ''],
    [speech.say('spans'), spans.join(' · ')],
  ]
}

/** What the work waits for, and when somebody is expected to come again. */
function awaitedOf({ interim, visit }: ReportContent, { say, pick, formats, amount }: ReportSpeech): Section[] {
  if (!interim) return []
  const parts = visit.awaited.map((part): Row => [
    say('awaited_part'),
    say('awaited_line', { name: pick(part.name_zh, part.name_en), number: part.number ?? '', quantity: amount(part) }),
  ])
  const next = visit.next_visit_on === null ? '' : formats.calendar(visit.next_visit_on)
  return [{ title: say('awaited'), rows: filled([...parts, [say('next_visit'), next]]), text: visit.awaited_note ?? '' }]
}

/** What was reported, found, done, measured and checked. */
export function sectionsOf(content: ReportContent, speech: ReportSpeech): Section[] {
  const { say, pick } = speech
  const { order, visit, fault } = content
  const found = filled([
    [say('fault_code'), joined(fault.code, pick(fault.name_zh, fault.name_en))],
    [say('failure_mode'), visit.failure_mode ?? ''],
    [say('onset'), visit.onset ?? ''],
  ])
  return [
    { title: say('symptom'), rows: [], text: order.symptom ?? '' },
    { title: say('fault'), rows: found, text: visit.diagnosis ?? '' },
    { title: say('work_done'), rows: [], text: visit.work_done ?? '' },
    ...awaitedOf(content, speech),
    { title: say('checks'), rows: filled(checkRows(content, speech)), text: '' },
    { title: say('readings'), rows: visit.readings.map((one) => readingRow(one, speech)), text: '' },
    { title: say('test_result'), rows: [], text: visit.test_result ?? '' },
    { title: say('work_report'), rows: [], text: visit.work_report ?? '' },
    { title: say('worked'), rows: filled(workedRows(content, speech)), text: '' },
  ].filter(({ rows, text }) => text !== '' || rows.length > 0)
}
