import type { ReportSignature } from '@/ui/report/content'
import { hashOf } from '@/rules/canonical'

const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The sealed content of a repair under warranty, as `sync/tables/report.json` composes it. */
export const CONTENT = {
  template: 'service_report',
  version: 1,
  report: { report_id: 'r', order_id: 'o', visit_id: 'v', round: 1, provisional_number: 'A7-0042' },
  company: {
    name_zh: '江河工程机械服务有限公司', name_en: 'Jianghe Machinery Service Co., Ltd.', address: '武汉市江汉区发展大道 188 号',
    phone: '027-8555 0100', report_terms_zh: '本报告一式两份。', report_terms_en: 'Both parties hold a copy.',
    privacy_zh: '您的姓名和电话只用于本次服务。', privacy_en: 'Your name and phone number are used for this service alone.',
  },
  order: {
    number: 'WO-2026-000123', type: 'repair', symptom: '动臂提升无力', received_at: '2026-11-21T00:58:00.000Z',
    contact_name: '王强', contact_phone: '13800001234',
  },
  customer: { name: '大冶铁矿', name_en: 'Daye Iron Mine' },
  site: { name: '一号采场', address: '湖北省黄石市铁山区' },
  unit: { serial: 'XE370-2406-0117', batch: '2406', warranty_end: '2027-03-16', agreement_number: null, agreement_end: null },
  model: { code: 'XE370', name_zh: '履带式液压挖掘机', name_en: 'Crawler excavator' },
  visit: {
    arrived_at: '2026-11-21T03:55:08.123Z', arrival_method: 'position', failure_mode: '内泄', onset: '连续工作后',
    diagnosis: '主溢流阀阀芯磨损。', work_done: '更换主溢流阀总成。\n重新调定压力。', running_hours: 4210, test_result: '试机 30 分钟正常。',
  },
  engineer: { name_zh: '李伟', name_en: 'Li Wei', badge: 'JH-0231' },
  fault: { code: 'HYD-014', name_zh: '主溢流阀内泄', name_en: 'Main relief valve leaks internally' },
  photos: [
    { slot: 'nameplate', sha256: 'a'.repeat(64), caption: null, taken_at: '2026-11-21T03:57:00.000Z' },
    { slot: 'old_part', sha256: 'b'.repeat(64), caption: '阀芯划痕', taken_at: '2026-11-21T04:40:00.000Z' },
  ],
  parts: [
    {
      number: 'HV-2231', name_zh: '主溢流阀总成', name_en: 'Main relief valve', measure: '个', quantity: 1,
      price_fen: 128000, line_fen: 0, new_serial: 'V-99812', old_serial: 'V-54001',
    },
    {
      number: 'OR-118', name_zh: 'O 形圈', name_en: 'O-ring', measure: '个', quantity: 12,
      price_fen: 350, line_fen: 0, new_serial: null, old_serial: null,
    },
  ],
  entitlement: { basis: 'warranty', covered: true, until: '2027-03-16', day: '2026-11-21' },
  total_fen: 0,
}

export const HASH = hashOf(CONTENT)

export const SIGNATURE: ReportSignature = {
  image: PIXEL, signer_name: '王强', signer_title: '机电科长', signed_at: '2026-11-21T05:20:00.000Z', rating: 5, comment: '来得快。',
}

export const UNSIGNED_REPORT = {
  content: CONTENT as unknown,
  hash: HASH,
  numbers: { provisional: 'A7-0042', official: null as string | null },
  status: 'presented',
  signature: null as ReportSignature | null,
  photo: (): Promise<string | null> => Promise.resolve(null),
  language: 'zh-CN' as 'zh-CN' | 'en',
}
