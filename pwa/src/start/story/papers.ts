/** The customer's link, the PDF, and a forged copy of it. */
import { forgedPaper, lastReport, truePaper } from '@/protocol/story'
import type { Stage } from './stage'

/** The report through the link that its customer gets. */
export async function share(stage: Stage): Promise<void> {
  stage.report = await lastReport(stage.order.id)
  const { desk } = stage
  await desk.tap('[data-action=share]')
  const address = ((await desk.see('.share input')) as HTMLInputElement).value
  await desk.go(new URL(address).pathname)
  await desk.see('article')
}

/** One price of the paper is altered: the check names that field. */
export async function forge({ desk, report }: Stage): Promise<void> {
  const [genuine, altered] = await Promise.all([truePaper(report), forgedPaper(report)])
  await desk.go('/c/verify')
  await desk.give('input[type=file]', genuine)
  await desk.see('.note:not(.note--wrong)')
  await desk.give('input[type=file]', altered)
  await desk.see('.note--wrong dt')
}
