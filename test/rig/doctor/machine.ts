import type {Check, CheckContext, CheckResult, Hop, Known} from '../../../src/doctor/check.js'
import type {DoctorTarget} from '../../../src/doctor/target.js'
import type {DoctorWorld} from '../../../src/doctor/world.js'
import {labWorld, targetOf} from './examine.js'

export type Found = {
  readonly hop?: Partial<Hop>
  readonly known?: Known
  readonly target?: Partial<DoctorTarget>
  readonly world?: Partial<DoctorWorld>
}

/** Runs one check as if those before it had found what is given here; every address is public unless said. */
export function runCheck(check: Check, url?: string, given: Found = {}): Promise<CheckResult> {
  const {hop = {}, known = {}, target = {}, world = {}} = given
  const context: CheckContext = {
    target: targetOf(url, target),
    hop: {role: 'stream', ...(url === undefined ? {} : {url: new URL(url)}), ...hop},
    known,
    failed: [],
    world: labWorld({classOf: () => 'public', ...world}),
    signal: new AbortController().signal,
  }
  return check.run(context)
}
