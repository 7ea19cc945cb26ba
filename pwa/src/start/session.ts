/** Logging in and choosing the entrance that fits a person's roles. */

export type LogIn = { ok: true; roles: readonly string[] } | { ok: false; message: string }

interface SessionAnswer {
  token: string
  person: { roles: string[] }
}

function isSession(body: unknown): body is SessionAnswer {
  if (typeof body !== 'object' || body === null) return false
  const { token, person } = body as Partial<SessionAnswer>
  return typeof token === 'string' && Array.isArray(person?.roles)
}

/** The message of an error answer; empty when the answer did not come from our server (a captive portal). */
function messageOf(body: unknown): string {
  const message = (body as { message?: unknown } | null)?.message
  return typeof message === 'string' ? message : ''
}

/**
 * Opens a session. The server sets the cookie; the answer's shape decides whether it worked.
 *
 * @param language asked of the server for its error messages.
 */
export async function logIn(login: string, password: string, language: string): Promise<LogIn> {
  try {
    const answer = await fetch('/api/v1/sessions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': language },
      body: JSON.stringify({ login, password }),
    })
    const body: unknown = await answer.json()
    return isSession(body) ? { ok: true, roles: body.person.roles } : { ok: false, message: messageOf(body) }
  } catch (error) {
    console.warn('the log-in was not answered', error)
    return { ok: false, message: '' }
  }
}

/** Where somebody with these roles works: in the field, or at a desk. */
export function pageOf(roles: readonly string[]): string {
  return roles.includes('technician') || roles.includes('engineer') ? '/app/' : '/desk/'
}
