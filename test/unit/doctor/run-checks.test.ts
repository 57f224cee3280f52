import {describe, expect, test} from 'vitest'

import {virtualClock} from '../../../src/clock.js'
import type {Check, CheckContext, CheckResult} from '../../../src/doctor/check.js'
import {makeDoctorReport} from '../../../src/doctor/doctor-report.js'
import {type CheckEvent, runChecks} from '../../../src/doctor/run-checks.js'
import type {DoctorTarget} from '../../../src/doctor/target.js'
import {labWorld, targetOf} from '../../rig/doctor/examine.js'

const good: CheckResult = {status: 'pass', summary: 'it is well'}
const bad: CheckResult = {status: 'fail', summary: 'it is broken', fix: 'Mend it.'}

function check(id: string, given: Partial<Check> & {result?: CheckResult} = {}): Check {
  const {result = good, ...rest} = given
  return {
    id,
    title: id,
    group: 'url',
    roles: ['stream'],
    needs: [],
    limitMs: 1000,
    run: () => Promise.resolve(result),
    ...rest,
  }
}

type Options = {
  readonly target?: DoctorTarget
  readonly signal?: AbortSignal
  readonly deadlineMs?: number
  readonly on?: (event: CheckEvent) => void
}

function run(checks: readonly Check[], options: Options = {}) {
  const clock = virtualClock()
  const {target = targetOf('wss://bot.example.in/media'), signal, deadlineMs = 30_000, on} = options
  return clock.run(() =>
    runChecks(target, {
      checks,
      world: labWorld({clock}),
      signal: signal ?? new AbortController().signal,
      deadlineMs,
      ...(on ? {on} : {}),
    }),
  )
}

const told = async (checks: readonly Check[], options?: Options) =>
  (await run(checks, options)).checks.map(({id, result}) => `${id}: ${result.summary}`)

/** Waits until it is given up. */
const endless = ({world, signal}: CheckContext): Promise<CheckResult> =>
  world.clock.sleepUntil(Number.MAX_SAFE_INTEGER, signal).then(() => good)

describe('what a check needs', () => {
  test('is over before it begins, in whatever order they are listed', async () => {
    const order: string[] = []
    const noting = (id: string, needs: string[] = []) =>
      check(id, {
        needs,
        run: () => {
          order.push(id)
          return Promise.resolve(good)
        },
      })

    await run([noting('c', ['b']), noting('b', ['a']), noting('a')])

    expect(order).toEqual(['a', 'b', 'c'])
  })

  test('and has failed leaves it untried, and those that need it in turn', async () => {
    const lines = await told([
      check('a', {result: bad}),
      check('b', {needs: ['a']}),
      check('c', {needs: ['b']}),
    ])

    expect(lines).toEqual([
      'a: it is broken',
      'b: not tried: a did not pass',
      'c: not tried: a did not pass',
    ])
  })

  test('and was skipped leaves it untried, unless the skip lets others on', async () => {
    const skip: CheckResult = {status: 'skip', summary: 'nobody was asked'}
    const lines = await told([
      check('a', {result: skip}),
      check('b', {needs: ['a']}),
      check('c', {result: {...skip, mayGoOn: true}}),
      check('d', {needs: ['c']}),
    ])

    expect(lines).toEqual([
      'a: nobody was asked',
      'b: not tried: a did not pass',
      'c: nobody was asked',
      'd: it is well',
    ])
  })

  test('may be a warning', async () => {
    const warn: CheckResult = {status: 'warn', summary: 'it is odd', fix: 'Look at it.'}

    expect(await told([check('a', {result: warn}), check('b', {needs: ['a']})])).toContain(
      'b: it is well',
    )
  })

  test('has told what it found out', async () => {
    const seen: unknown[] = []
    const finds: CheckResult = {
      ...good,
      known: {publicAddress: '192.0.2.7'},
      hop: {addresses: ['192.0.2.8']},
    }
    const looks = check('b', {
      needs: ['a'],
      run: ({known, hop}) => {
        seen.push(known.publicAddress, hop.addresses)
        return Promise.resolve(good)
      },
    })

    await run([check('a', {result: finds}), looks])

    expect(seen).toEqual(['192.0.2.7', ['192.0.2.8']])
  })
})

describe('what a check comes after', () => {
  test('may have failed', async () => {
    const lines = await told([check('a', {result: bad}), check('b', {after: ['a']})])

    expect(lines).toEqual(['a: it is broken', 'b: it is well'])
  })
})

describe('checks that need nothing of each other', () => {
  test('are made at the same time', async () => {
    const begun: string[] = []
    const slow = (id: string) =>
      check(id, {
        run: async ({world}) => {
          begun.push(id)
          await world.clock.sleepUntil(world.clock.now() + 500)
          begun.push(`${id} is over`)
          return good
        },
      })

    const {checks} = await run([slow('a'), slow('b')])

    expect(begun.slice(0, 2)).toEqual(['a', 'b'])
    expect(checks.map(({durationMs}) => durationMs)).toEqual([500, 500])
  })
})

describe('a check that is late', () => {
  test('is given up at its own limit, though it does not hear the signal', async () => {
    const deaf = check('a', {limitMs: 2000, run: () => new Promise(() => undefined)})

    expect(await told([deaf, check('b', {needs: ['a']})])).toEqual([
      'a: not finished within 2 s',
      'b: not tried: a did not pass',
    ])
  })

  test('and everything behind it is given up at the overall deadline', async () => {
    const slow = check('a', {limitMs: 60_000, run: endless})
    const {checks, isLate} = await run([slow, check('b', {after: ['a']})], {deadlineMs: 5000})

    expect(checks.map(({result}) => result.summary)).toEqual([
      'not finished: the time for all checks was over',
      'not tried: the time for all checks was over',
    ])
    expect(isLate).toBe(true)
    expect(checks[0]?.durationMs).toBe(5000)
  })

  test('is given up at once by Ctrl-C, and what was known is kept', async () => {
    const interruption = new AbortController()
    const slow = check('b', {limitMs: 60_000, run: endless})
    const ends = check('c', {
      run: () => {
        interruption.abort()
        return Promise.resolve(good)
      },
    })
    const {checks, isInterrupted} = await run([check('a'), slow, ends], {
      signal: interruption.signal,
    })

    expect(checks.map(({id, result}) => [id, result.status])).toEqual([
      ['a', 'pass'],
      ['b', 'skip'],
      ['c', 'pass'],
    ])
    expect(isInterrupted).toBe(true)
  })
})

test('a throw in a check is a mistake of ours, and says so', async () => {
  const broken = check('a', {run: () => Promise.reject(new TypeError('x is undefined'))})
  const {checks} = await run([broken])

  expect(checks[0]?.result).toMatchObject({
    status: 'fail',
    summary: 'exostream could not finish this check',
    detail: expect.stringContaining('x is undefined') as string,
  })
})

test('a throw before anything was waited for is one too', async () => {
  const broken = check('a', {
    run: () => {
      throw new TypeError('y is undefined')
    },
  })

  expect(await told([broken])).toEqual(['a: exostream could not finish this check'])
})

describe('a dynamic URL', () => {
  const target = targetOf('https://bot.example.in/which')
  const dns = check('dns', {roles: ['stream', 'dynamic']})
  const answer = (result: CheckResult) =>
    check('answer', {roles: ['dynamic'], needs: ['dns'], result})

  test('is checked first, under a prefix, and then the URL that it gave', async () => {
    const asked: (string | undefined)[] = []
    const looking = check('url', {
      run: ({hop}) => {
        asked.push(hop.text)
        return Promise.resolve(good)
      },
    })
    const lines = await told(
      [dns, looking, answer({...good, streamUrl: 'wss://other.example.in/media'})],
      {target},
    )

    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'dynamic-dns',
      'dynamic-answer',
      'dns',
      'url',
    ])
    expect(asked).toEqual(['wss://other.example.in/media'])
  })

  test('that is of no use leaves the stream untried', async () => {
    const lines = await told([dns, answer(bad)], {target})

    expect(lines).toContain('dns: not tried: dynamic-answer did not pass')
  })
})

test('of several failures the first on the way of a call is the root cause', async () => {
  const report = makeDoctorReport(
    await run([
      check('dns', {result: {...bad, summary: 'no such host', exotelError: '3009 dns'}}),
      check('node', {roles: 'machine', group: 'machine', result: bad}),
    ]),
  )

  expect(report).toMatchObject({
    verdict: 'unreachable',
    rootCause: 'dns',
    summary: 'no such host.',
    fix: 'Mend it.',
    exotelError: '3009 dns',
  })
})

test('a fix is told by what was found out in the end', async () => {
  const fails = check('url', {
    result: {...bad, fix: ({known}) => `Use ${known.publicAddress ?? 'nothing'}.`},
  })
  const finds = check('public-ip', {
    roles: 'machine',
    after: ['url'],
    result: {...good, known: {publicAddress: '192.0.2.7'}},
  })

  expect(makeDoctorReport(await run([fails, finds])).fix).toBe('Use 192.0.2.7.')
})

test('who listens hears of the plan, of each beginning and of each end', async () => {
  const events: string[] = []
  await run([check('a'), check('b', {needs: ['a']})], {
    on: (event) => {
      const {type} = event
      if (type === 'planned') events.push(`planned ${event.checks.map(({id}) => id).join(' ')}`)
      else events.push(`${type} ${type === 'began' ? event.id : event.ended.id}`)
    },
  })

  expect(events).toEqual(['planned a b', 'began a', 'ended a', 'began b', 'ended b'])
})

test('what a check needs of another URL alone is not waited for', async () => {
  const target = targetOf('https://bot.example.in/which')
  const lines = await told(
    [
      check('rate', {roles: ['stream']}),
      check('answer', {
        roles: ['dynamic'],
        needs: ['rate'],
        result: {...good, streamUrl: 'wss://a'},
      }),
    ],
    {target},
  )

  expect(lines).toEqual(['dynamic-answer: it is well', 'rate: it is well'])
})
