/** What the demo's story asks the server for, beside what its two windows ask by themselves. */

async function told(path: string): Promise<Response> {
  const answer = await fetch(`/api/v1/${path}`, { credentials: 'same-origin', cache: 'no-store' })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return answer
}

/** A file as a picker would give it. */
async function fileOf(path: string, name: string, type: string): Promise<File> {
  return new File([await (await told(path)).blob()], name, { type })
}

/** What the camera of the story's phone sees. */
export const storyPhoto = (scene: string): Promise<File> => fileOf(`demo/photos/${scene}`, `${scene}.jpg`, 'image/jpeg')

export const truePaper = (report: string): Promise<File> => fileOf(`reports/${report}/pdf`, 'report.pdf', 'application/pdf')

/** The same on which somebody altered one price. */
export const forgedPaper = (report: string): Promise<File> => fileOf(`demo/forged/${report}`, 'copy.pdf', 'application/pdf')

/** The last report of an order. */
export async function lastReport(order: string): Promise<string> {
  const { reports } = (await (await told(`orders/${order}`)).json()) as { reports: { id: string }[] }
  return reports.at(-1)?.id ?? ''
}
