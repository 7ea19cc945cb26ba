/** What the dispatcher does in the story. */
import type { Stage } from './stage'

const MESSAGE = {
  zh: '您好，我是李军，我们一台LC365H-0010挖掘机动臂油缸漏油，停机了，电话13812345678，麻烦尽快派人',
  en: 'Hello, this is Li Jun. Excavator LC365H-0010: the boom cylinder leaks, machine down. Phone 13812345678, please send somebody.',
}

/** A message is pasted; what it says becomes an order. */
export async function takeIn({ desk, english, order }: Stage): Promise<void> {
  await desk.go('/desk/intake')
  await desk.write('textarea[name=raw_text]', english ? MESSAGE.en : MESSAGE.zh)
  await desk.filled('[name=phone]')
  await desk.tap('.intake__foot .button--main')
  const title = await desk.see('.head h1', 'SO-')
  order.id = desk.path.split('/').at(-1) ?? ''
  order.number = /SO-[\d-]+/.exec(title.textContent)?.[0] ?? ''
}

/** To the technician whose phone stands beside; green when the phone has it, not before. */
export async function assign({ desk, phone, technician, order }: Stage): Promise<void> {
  await desk.tap('[data-action=assign]')
  await desk.tap('.choice__one', technician)
  await desk.tap('.ask__foot .button--main')
  await desk.see('.head .phone--on_phone')
  await phone.see('.card', order.number)
}

/** Meanwhile the office knows nothing of the visit. */
export async function cancel({ desk, english }: Stage): Promise<void> {
  await desk.tap('.head__actions .el-dropdown button')
  await desk.tap('[data-action=cancel]')
  await desk.write('.ask textarea', english ? 'The customer has called it off' : '客户来电取消')
  await desk.tap('.ask__foot .button--grave')
  await desk.gone('.ask')
}

/** The visit was made on a cancelled order: a person decides, and nothing of it is lost. */
export async function decide({ desk }: Stage): Promise<void> {
  await desk.tap('.decision .button--main')
  await desk.tap('.outcomes input[value=close]')
  await desk.tap('.ask__foot .button--main')
  await desk.gone('.decision')
}
