/** The form of every kind of record that the desk makes and changes. */
import { computed } from 'vue'
import { useI18n } from '@/ui/i18n'
import { ENTITLEMENT } from '@/rules/pack'
import { COMMANDS, type DeclaredObject } from '@/rules/tables'
import { useBranches, useFaultCodes, useModels, useProviders } from '../data/lookups'
import { nameIn, type TwoNames } from '../parts/names'
import { useDesk } from '../session'
import type { Field, Lookup, Option } from './fields'

export interface Form {
  /** Words: `records.<kind>`. */
  kind: string
  /** The kind of record in the feed. */
  feed: string
  create: string
  update: string
  /** The argument of `update` that names the record; null where there is only one. */
  id: string | null
  fields: readonly Field[]
  /** Phones may edit it too: the server is told what the form had shown of each field. */
  shared?: boolean
  /** Fields that only a new record asks for. */
  onlyNew?: readonly string[]
  /** Permission of both commands, where it is not called as each of them. */
  permission?: string
}

export const ROLES = [
  'dispatcher', 'agent', 'engineer', 'after_sales_head', 'branch_head', 'branch_manager', 'regional_manager', 'director', 'service_manager', 'warehouse',
  'quality', 'finance', 'sales', 'management_rep', 'general_manager', 'provider_manager', 'admin',
] as const

/** How good a customer is [requirements 4.3]. */
const GRADES = ['A', 'B', 'C', 'D'] as const

/** What a photo can show: the same list that the phone offers. */
const PHOTO_SLOTS = (COMMANDS['visit.add_photo']?.args['slot'] as DeclaredObject).of ?? []

export const FORM_KINDS = [
  'company', 'branch', 'provider', 'person', 'customer', 'site', 'contact', 'product_model', 'part', 'fault_code', 'order_type', 'recall', 'unit',
] as const
export type FormKind = (typeof FORM_KINDS)[number]

/** Asked for once: a password is changed by its owner, a customer's file stays with its branch. */
const ONLY_NEW: Partial<Record<FormKind, readonly string[]>> = { person: ['password'], customer: ['branch_id'] }

/** Commands that make a record, where they are called otherwise. */
const CREATE: Partial<Record<FormKind, string>> = { company: 'company.update', recall: 'recall.open' }

/** Kinds that a technician on site corrects too. */
const SHARED: readonly FormKind[] = ['site', 'contact', 'unit']

const text = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'text', ...more })
const names = (required = true): Field[] => [text('name_zh', { required }), text('name_en')]

export function useForms(): { formOf: (kind: FormKind) => Form; customers: Lookup; sites: Lookup; units: Lookup } {
  const { t, locale } = useI18n()
  const branches = useBranches()
  const providers = useProviders()
  const models = useModels()
  const faults = useFaultCodes()
  const desk = useDesk()
  const ownBranch = computed(() => desk.me.value?.branch?.id ?? branches.value[0]?.id ?? '')
  const named = (items: readonly (TwoNames & { id: string })[]): Option[] =>
    items.map((item) => ({ value: item.id, label: nameIn(locale.value, item) }))
  const words = (group: string, values: readonly string[]): Option[] => values.map((value) => ({ value, label: t(`${group}.${value}`) }))
  const coded = (items: readonly (TwoNames & { id: string; code: string })[]): Option[] =>
    items.map((item) => ({ value: item.id, label: `${item.code} ${nameIn(locale.value, item)}` }))

  const customers: Lookup = { path: 'customers', label: (item) => nameIn(locale.value, item) }
  const sites: Lookup = {
    path: 'sites',
    query: ({ customer_id: customer }) => (typeof customer === 'string' && customer !== '' ? { customer } : null),
    label: (item) => [item['name'], item['address']].filter((part) => typeof part === 'string' && part !== '').join(' · '),
  }
  const units: Lookup = {
    path: 'units',
    query: ({ site_id: site }) => (typeof site === 'string' && site !== '' ? { site } : {}),
    label: (item) => `${String(item['serial'])} · ${nameIn(locale.value, { name_zh: item['model_name_zh'] as string | null, name_en: item['model_name_en'] as string | null })}`,
  }

  const fields: Record<FormKind, () => Field[]> = {
    company: () => [
      ...names(), text('address', { wide: true }), text('phone'),
      text('timezone', { required: true, initial: 'Asia/Shanghai', hint: 'timezone' }), text('currency', { required: true, initial: 'CNY', hint: 'currency' }),
      { name: 'contact_minutes', kind: 'number', hint: 'contact_minutes', initial: 60 },
      { name: 'consent_sign_above_fen', kind: 'money', hint: 'consent_sign_above_fen' },
      { name: 'app_lock', kind: 'check', hint: 'app_lock' },
      { name: 'report_terms_zh', kind: 'area' }, { name: 'report_terms_en', kind: 'area' },
      { name: 'privacy_zh', kind: 'area' }, { name: 'privacy_en', kind: 'area' },
    ],
    branch: () => [
      { name: 'kind', label: 'branch_kind', kind: 'choice', required: true, fixed: true, initial: 'branch', options: () => words('branch_kinds', ['head_office', 'branch']) },
      { name: 'approval', kind: 'choice', required: true, initial: 'automatic', hint: 'approval', options: () => words('approvals', ['required', 'automatic']) },
      ...names(), text('address', { wide: true }), text('phone'),
    ],
    provider: () => [...names(), text('phone'), { name: 'branch_id', kind: 'choice', required: true, fixed: true, options: () => named(branches.value) }],
    person: () => [
      text('name_zh', { label: 'person_name_zh', required: true }), text('name_en', { label: 'person_name_en' }), text('login', { required: true, hint: 'login' }),
      { name: 'password', kind: 'password', hint: 'password', autocomplete: 'new-password' },
      { name: 'roles', kind: 'many', required: true, wide: true, options: () => words('roles', ROLES) },
      { name: 'branch_id', kind: 'choice', options: () => named(branches.value) },
      { name: 'provider_id', kind: 'choice', hint: 'provider', options: () => named(providers.value) },
      text('phone'), text('badge'),
      { name: 'language', kind: 'choice', required: true, initial: 'zh-CN', options: () => words('languages', ['zh-CN', 'en']) },
    ],
    customer: () => [
      text('name', { required: true, wide: true }), text('name_en', { wide: true }),
      { name: 'grade', kind: 'choice', options: () => GRADES.map((grade) => ({ value: grade, label: grade })) },
      { name: 'branch_id', label: 'customer_branch', kind: 'choice', required: true, initial: ownBranch.value, options: () => named(branches.value) },
      { name: 'language', kind: 'choice', required: true, initial: 'zh-CN', options: () => words('languages', ['zh-CN', 'en']) },
    ],
    site: () => [
      { name: 'customer_id', kind: 'lookup', required: true, fixed: true, wide: true, lookup: customers },
      text('name', { label: 'site_name', required: true }),
      { name: 'branch_id', label: 'site_branch', kind: 'choice', required: true, initial: ownBranch.value, options: () => named(branches.value) },
      text('address', { wide: true }), { name: 'rules', kind: 'area', hint: 'rules' },
    ],
    contact: () => [
      { name: 'customer_id', kind: 'lookup', required: true, fixed: true, wide: true, lookup: customers },
      { name: 'site_id', kind: 'lookup', fixed: true, wide: true, hint: 'contact_site', lookup: sites },
      text('name', { label: 'contact_person', required: true }), text('title'), text('phone'), text('email'),
    ],
    product_model: () => [
      text('code', { required: true }), text('category'), ...names(),
      { name: 'warranty_months', kind: 'number', required: true, initial: 12 },
      { name: 'trained_only', kind: 'check' },
    ],
    part: () => [
      text('number', { label: 'part_number', required: true }), text('measure', { required: true, initial: t('fields.measure_piece') }), ...names(),
      { name: 'models', kind: 'many', wide: true, hint: 'models', options: () => coded(models.value) },
      { name: 'serialised', kind: 'check' },
    ],
    fault_code: () => [
      text('code', { required: true }),
      { name: 'parent_id', kind: 'choice', hint: 'parent', options: () => coded(faults.value.filter(({ parent_id }) => parent_id === null)) },
      ...names().map((field) => ({ ...field, required: true })),
      { name: 'major', kind: 'check', hint: 'major' },
    ],
    recall: () => [
      text('code', { label: 'recall_code', required: true }),
      { name: 'model_id', kind: 'choice', required: true, fixed: true, options: () => coded(models.value) },
      text('title_zh', { required: true }), text('title_en'),
      { name: 'batches', kind: 'words', wide: true, hint: 'batches' },
      { name: 'instructions', label: 'recall_instructions', kind: 'area', wide: true },
      { name: 'open', label: 'recall_open', kind: 'check', initial: true, hint: 'recall_open' },
    ],
    order_type: () => [
      text('code', { required: true, fixed: true }), { name: 'min_photos', kind: 'number', initial: 0 },
      ...names().map((field) => ({ ...field, required: true })),
      { name: 'photo_slots', kind: 'many', wide: true, hint: 'photo_slots', options: () => words('slots', PHOTO_SLOTS) },
    ],
    unit: () => [
      text('serial', { required: true }),
      { name: 'model_id', kind: 'choice', required: true, fixed: true, options: () => coded(models.value) },
      { name: 'customer_id', kind: 'lookup', required: true, fixed: true, wide: true, lookup: customers },
      { name: 'site_id', kind: 'lookup', required: true, wide: true, lookup: sites },
      text('batch'), { name: 'running_hours', kind: 'number' },
      { name: 'sold_on', kind: 'day' }, { name: 'installed_on', kind: 'day' },
      { name: 'warranty_end', kind: 'day', hint: 'warranty_end' },
      text('agreement_number'), { name: 'agreement_end', kind: 'day' },
      { name: 'rule_pack', kind: 'choice', hint: 'rule_pack', options: () => words('cover.packs', Object.keys(ENTITLEMENT.packs)) },
    ],
  }

  return {
    customers, sites, units,
    formOf: (kind) => ({
      kind,
      feed: kind === 'person' ? 'person_card' : kind,
      create: CREATE[kind] ?? `${kind}.create`,
      update: `${kind}.update`,
      id: kind === 'company' ? null : `${kind}_id`,
      fields: fields[kind](),
      shared: SHARED.includes(kind),
      onlyNew: ONLY_NEW[kind] ?? [],
      ...(kind === 'recall' ? { permission: 'recall.open' } : {}),
    }),
  }
}
