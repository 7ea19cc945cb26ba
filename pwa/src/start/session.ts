/** Where somebody with these roles works: in the field, or at a desk. */
export function pageOf(roles: readonly string[]): string {
  return roles.includes('engineer') ? '/app/' : '/desk/'
}
