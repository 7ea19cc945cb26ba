import type { LinkAnswer } from '@/protocol/links'
import { hashOf } from '@/rules/canonical'
import { CONTENT, SIGNATURE } from './report'

/** What the server answers for a link to a signed report. */
export function linkAnswer(given: { content?: unknown; signature?: null; language?: string } = {}): LinkAnswer {
  const content = given.content ?? CONTENT
  const hash = hashOf(content)
  return {
    report: {
      content, hash, number: 'SR-2026-000881', provisional_number: 'A7-0042',
      status: given.signature === null ? 'presented' : 'signed', presented_at: '2026-11-21T05:15:00.000Z', round: 1,
    },
    signature: given.signature === null ? null : { ...SIGNATURE, report_hash: hash },
    company: {
      name_zh: '江河工程机械服务有限公司', name_en: 'Jianghe Machinery Service Co., Ltd.', phone: '027-8555 0100',
      timezone: 'Asia/Shanghai', currency: 'CNY',
    },
    language: given.language ?? 'zh-CN',
  }
}
