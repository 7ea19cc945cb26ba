/** What the service worker itself says to the server, by the session's cookie. */

function post(path: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return fetch(`/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** A message is shown on this phone: that is what *delivered* means. */
export async function acknowledge(messageId: string): Promise<void> {
  const answer = await post('commands/message.acknowledge', { message_id: messageId })
  if (!answer.ok) console.warn('the message was not acknowledged', answer.status) // the ladder goes on, and that is right
}

/** The browser's new address at its push service. */
export async function tellAddress({ endpoint, keys }: PushSubscriptionJSON): Promise<void> {
  await post('me/push-subscriptions', { endpoint, ...keys })
}
