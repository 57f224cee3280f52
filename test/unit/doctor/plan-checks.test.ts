import {describe, expect, test} from 'vitest'

import {CHECKS} from '../../../src/doctor/checks.js'
import {type PlannedCheck, planChecks} from '../../../src/doctor/plan-checks.js'
import type {DoctorTarget} from '../../../src/doctor/target.js'
import {targetOf} from '../../rig/doctor/examine.js'

const stream = targetOf('wss://bot.in/media')
const dynamic = targetOf('https://bot.in/which')
const targets: readonly (readonly [string, DoctorTarget])[] = [
  ['a stream', stream],
  ['a dynamic URL', dynamic],
  ['a Passthru URL', {...targetOf(undefined), passthru: 'https://bot.in/passthru'}],
  ['a stream with a Passthru URL', {...stream, passthru: 'https://bot.in/passthru'}],
  ['a dynamic URL with a Passthru URL', {...dynamic, passthru: 'https://bot.in/passthru'}],
  ['nothing but this machine', targetOf(undefined)],
]

/** Whatever has to be over before it. */
function allBefore(plan: readonly PlannedCheck[], id: string, seen = new Set<string>()) {
  const one = plan.find((planned) => planned.id === id)
  for (const other of [...(one?.needs ?? []), ...(one?.after ?? [])]) {
    if (seen.has(other)) continue
    seen.add(other)
    allBefore(plan, other, seen)
  }
  return seen
}

describe.each(targets)('the checks of %s', (_, target) => {
  const plan = planChecks(target, CHECKS)

  test('none of them waits for itself', () => {
    expect(plan.filter(({id}) => allBefore(plan, id).has(id)).map(({id}) => id)).toEqual([])
  })

  test('each has an id of its own', () => {
    expect(new Set(plan.map(({id}) => id)).size).toBe(plan.length)
  })
})

test('a port of this machine is tried when it is known what listens there, and from where', () => {
  expect(allBefore(planChecks(stream, CHECKS), 'tcp')).toContain('listening')
  expect(allBefore(planChecks(stream, CHECKS), 'tcp')).toContain('public-ip')
})

test('the machine is looked at once the stream is known, also behind a dynamic URL', () => {
  const plan = planChecks(dynamic, CHECKS)

  expect(allBefore(plan, 'listening')).toContain('dynamic-answer')
  expect(allBefore(plan, 'dynamic-tcp')).not.toContain('listening')
})

test('an id has one check for each URL, and what it needs is a check', () => {
  const ids = CHECKS.map(({id}) => id)

  expect(CHECKS.flatMap(({needs, after = []}) => [...needs, ...after])).toSatisfy(
    (named: readonly string[]) => named.every((id) => ids.includes(id)),
  )
})
