/** Which facts stand on the report, in which words: the same rows as on the printed one. */
import type { ReportContent } from './content'
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

/** What was reported, found, done and tested. */
export function sectionsOf(content: ReportContent, { say, pick }: ReportSpeech): Section[] {
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
    { title: say('test_result'), rows: [], text: visit.test_result ?? '' },
  ].filter(({ rows, text }) => text !== '' || rows.length > 0)
}
