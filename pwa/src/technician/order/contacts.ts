/** Whom to call about an order. Pure. */

export interface Callable {
  /** Where the number is written, for a correction. */
  of: 'order' | 'contact'
  id: string
  name: string
  title: string
  phone: string
}

interface OrderContact {
  id: string
  contact_name: string | null
  contact_phone: string | null
  site_id: string
}

interface Contact {
  id: string
  name: string
  title: string | null
  phone: string | null
  site_id: string | null
}

const digits = (phone: string | null): string => (phone ?? '').replace(/\D/g, '')

/** Two of one name are one person, unless each has a number of their own. */
const isSame = (one: string, other: string | null): boolean => [digits(one), ''].includes(digits(other)) || digits(one) === ''

/** The order's contact, then the people of the site, then those of the whole customer; nobody twice. */
export function peopleToCall(order: OrderContact, contacts: readonly Contact[]): Callable[] {
  const fitting = contacts.filter(({ site_id }) => site_id === null || site_id === order.site_id)
  const near = [...fitting].sort((a, b) => Number(a.site_id === null) - Number(b.site_id === null))
  const first = { of: 'order' as const, id: order.id, name: order.contact_name ?? '', title: null, phone: order.contact_phone }
  const others = near.map((one) => ({ ...one, of: 'contact' as const }))
  const all = order.contact_name === null && order.contact_phone === null ? others : [first, ...others]
  const people: Callable[] = []
  for (const { of, id, name, title, phone } of all) {
    const known = people.find((one) => one.name === name && isSame(one.phone, phone))
    if (known === undefined) people.push({ of, id, name, title: title ?? '', phone: phone ?? '' })
    else {
      known.title = known.title || (title ?? '')
      if (digits(known.phone) === '' && digits(phone) !== '') Object.assign(known, { of, id, phone })
    }
  }
  return people
}
