import {test} from 'vitest'

import {placeCallOver} from '../../../src/place-call.js'
import {systemClock} from '../../../src/clock.js'
import type {DoctorReport} from '../../../src/doctor/doctor-report.js'
import type {DoctorTarget} from '../../../src/doctor/target.js'
import {type Behaviour, serveLab} from './dying-bots.js'
import {examine, lookupIn} from './examine.js'

type Circumstances = {
  readonly target?: Partial<DoctorTarget>
  /** Calls are made no longer than this, unless said. */
  readonly longestMs?: number
}

/** A bot with one fault, and what the checks of the call have to make of it. */
export type CallFault = Circumstances & {
  readonly name: string
  readonly url: () => Promise<string>
  readonly rootCause: string
  readonly summary: RegExp
  /** Absent where Exotel shows nothing of it. */
  readonly exotelError?: string | RegExp
}

export const BY_BOT = 'Stream[Status]=completed&Stream[DisconnectedBy]=bot'
export const BY_NOBODY = 'Stream[Status]=failed&Stream[DisconnectedBy]=NA'
export const PREFIX = '3009 failed to establish ws conn '

const CHECKS = ['call', 'first-audio', 'conformance', 'stop', 'second-call', 'idle']

const LONGEST_CALL_MS = 1000

const placeCall = placeCallOver({clock: systemClock, lookup: lookupIn({})})

/** The checks of the call alone. */
export function examineCalls(
  url: string,
  {target = {}, longestMs = LONGEST_CALL_MS}: Circumstances,
): Promise<DoctorReport> {
  return examine(url, {
    only: CHECKS,
    target,
    world: {
      placeCall: (request) =>
        placeCall({...request, durationMs: Math.min(request.durationMs, longestMs)}),
    },
  })
}

export function bot(behave: Behaviour): () => Promise<string> {
  return async () => (await serveLab(behave)).url
}

/** One test a fault, several at a time. */
export function testFaults(faults: readonly CallFault[]): void {
  test.concurrent.for(faults)('a bot that $name', async (fault, {expect}) => {
    const {url, rootCause, summary, exotelError} = fault

    const report = await examineCalls(await url(), fault)

    expect(idsOf(report, 'fail')).toEqual([rootCause])
    expect(idsOf(report, 'warn')).toEqual([])
    expect(report.summary).toMatch(summary)
    expect(report.exotelError).toEqual(
      exotelError instanceof RegExp ? expect.stringMatching(exotelError) : exotelError,
    )
    expect(report.fix).not.toBe('')
  })
}

export function idsOf({checks}: DoctorReport, wanted: string): readonly string[] {
  return checks.filter(({status}) => status === wanted).map(({id}) => id)
}
