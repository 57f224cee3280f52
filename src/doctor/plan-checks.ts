import type {Check, Role} from './check.js'
import type {DoctorTarget} from './target.js'

/** A check of one URL, or of the machine, with its place among the others. */
export type PlannedCheck = {
  /** The check's own for the stream; `dynamic-dns` for the URL that is asked first. */
  readonly id: string
  readonly check: Check
  readonly role: Role
  readonly needs: readonly string[]
  readonly after: readonly string[]
}

/** What has to be asked before anything is known of the stream. */
const DYNAMIC_ANSWER = 'dynamic-answer'

/** The checks that this target asks for: what comes first on the way of a call comes first. */
export function planChecks(
  target: DoctorTarget,
  checks: readonly Check[],
): readonly PlannedCheck[] {
  const roles = [
    ...(target.dynamic === undefined ? [] : (['dynamic'] as const)),
    ...(target.stream === undefined && target.dynamic === undefined ? [] : (['stream'] as const)),
    ...(target.passthru === undefined ? [] : (['passthru'] as const)),
  ]
  const ofUrls = roles.flatMap((role) =>
    checks.filter((check) => check.roles.includes(role)).map((check) => planned(check, role)),
  )
  const ofMachine = checks
    .filter(({roles: its}) => its === 'machine')
    .map((check) => planned(check, 'stream'))
  const all = [...ofUrls, ...ofMachine].map((one) => ({
    ...one,
    // First, so that what is left untried names it.
    needs: [
      ...(one.role === 'stream' && one.check.roles !== 'machine' && roles.includes('dynamic')
        ? [DYNAMIC_ANSWER]
        : []),
      ...one.needs,
    ],
  }))
  return withoutCircles(all)

  function planned(check: Check, role: Role): PlannedCheck {
    const isOf = ({roles: its}: Check) => its === 'machine' || its.includes(role)
    // What is not made for this URL is not waited for.
    const named = (ids: readonly string[]) =>
      checks
        .filter((other) => ids.includes(other.id) && isOf(other))
        .map((other) => (other.roles === 'machine' ? other.id : idOf(other.id, role)))
    const {id, needs, after = []} = check
    return {
      id: check.roles === 'machine' ? id : idOf(id, role),
      check,
      role,
      needs: named(needs),
      after: named(after),
    }
  }
}

function idOf(id: string, role: Role): string {
  return role === 'stream' ? id : `${role}-${id}`
}

/**
 * What would have to wait for itself does not wait: beside a dynamic URL the machine is looked at once the
 * stream is known, and so after the checks of that URL, whatever these would like to know of it.
 */
function withoutCircles(all: readonly PlannedCheck[]): readonly PlannedCheck[] {
  const before = new Map(all.map(({id, needs}) => [id, [...needs]]))
  const isBehind = (id: string, other: string): boolean =>
    id === other || (before.get(id) ?? []).some((one) => isBehind(one, other))
  const kept = new Map<string, string[]>()
  const machineFirst = all.toSorted((one, other) => order(one) - order(other))
  for (const {id, after} of machineFirst) {
    const free = after.filter((other) => !isBehind(other, id))
    kept.set(id, free)
    before.set(id, [...(before.get(id) ?? []), ...free])
  }
  return all.map((one) => ({...one, after: kept.get(one.id) ?? []}))
}

function order({check}: PlannedCheck): number {
  return check.roles === 'machine' ? 0 : 1
}
