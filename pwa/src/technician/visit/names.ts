/** The names of a visit's questions: all that the router has to know of them. `visit_plan.json` says when each is asked. */
export const STEPS = ['unit', 'fault', 'mode', 'hours', 'findings', 'plan', 'readings', 'checklist', 'work', 'test', 'work_report', 'training', 'photos', 'parts'] as const
export type Step = (typeof STEPS)[number]

export function isStep(name: string): name is Step {
  return (STEPS as readonly string[]).includes(name)
}
