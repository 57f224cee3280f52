import type {Closing, Violation} from '../protocol/events.js'
import type {SampleRateHz} from '../protocol/messages.js'
import type {Failure} from '../report/failure.js'
import type {HttpAnswer, PassthruAnswer} from '../report/report.js'
import {type StreamUrl, withParameters} from '../stream/exotel/stream-url.js'
import {askDynamicUrl} from '../stream/exotel-http/dynamic-url.js'
import {
  askPassthru,
  endOfStream,
  type PassthruResult,
  type StreamFacts,
} from '../stream/exotel-http/passthru.js'
import type {Placed} from './placed.js'
import {asFailure, failureFrom, failureOfDial} from './outcome.js'
import {streamFor} from './plan.js'
import {atRate} from './scenario/rate.js'
import type {Scenario} from './scenario/scenario.js'

/** What the flow asks over HTTP around a call: the dynamic URL before it, the next applet after it. */

export type Asked = {
  /** What is dialled; of no use when there is a failure. */
  readonly url: StreamUrl
  readonly sampleRateHz: SampleRateHz
  /** With its audio at that rate. */
  readonly scenario: Scenario
  readonly answer?: HttpAnswer
  readonly violations: readonly Violation[]
  readonly failure?: Failure
}

/** The stream URL of a call: the plan's own, or what its dynamic URL answers; with the scenario's parameters. */
export async function askForUrl(placed: Placed): Promise<Asked> {
  const {plan, scenario} = placed
  const {url, sampleRateHz, dynamicUrl} = plan
  if (dynamicUrl === undefined) {
    return {url: withParameters(url, scenario.parameters), sampleRateHz, scenario, violations: []}
  }
  const {answer, violations, streamUrl, failure} = await ask(placed, dynamicUrl)
  const asked = {url, sampleRateHz, scenario, answer, violations}
  if (failure || streamUrl === undefined) {
    return {...asked, failure: failure ? asFailure(failure) : noUrl(answer.url)}
  }
  try {
    const named = streamFor(streamUrl, plan.profile)
    return {
      ...asked,
      url: withParameters(named.url, scenario.parameters),
      sampleRateHz: named.sampleRateHz,
      scenario: atRate(scenario, {fromHz: sampleRateHz, toHz: named.sampleRateHz}),
    }
  } catch (error) {
    return {...asked, failure: failureOfDial(error, placed.world.signal)}
  }
}

function ask({plan, world, identity}: Placed, dynamicUrl: string) {
  const {clock, signal} = world
  const {headers, profile} = plan
  const {applet} = profile
  return askDynamicUrl(dynamicUrl, {
    ...{identity, clock, signal, applet},
    ...(headers === undefined ? {} : {headers}),
  })
}

function noUrl(shown: string): Failure {
  return failureFrom('EXO_DYNAMIC_URL', `${shown} named no stream URL.`)
}

export type Ended = {
  readonly failure?: Failure | undefined
  readonly closing?: Closing
  readonly durationMs: number
}

export type Next = {
  readonly answers: readonly PassthruAnswer[]
  readonly violations: readonly Violation[]
}

/** What the Passthru applet behind the bot would ask, in each form that was wished for. */
export async function askNextApplet(placed: Placed, asked: Asked, ended: Ended): Promise<Next> {
  const {plan, world} = placed
  const {url, forms} = plan.passthru ?? {url: '', forms: []}
  const {identity, startedAt} = placed
  const facts = {identity, startedAt, stream: streamFactsOf(placed, asked, ended)}
  const {clock, signal} = world
  const results: PassthruResult[] = []
  // One after the other: the second answer shows whether asking twice changes it.
  for (const form of forms) results.push(await askPassthru(url, {form, facts, clock, signal}))
  return {
    answers: results.map(({answer}) => answer),
    violations: results.flatMap(({violations}) => violations),
  }
}

export function streamFactsOf(
  {identity: {streamSid}}: Placed,
  asked: Asked,
  {failure, closing, durationMs}: Ended,
): StreamFacts {
  const error = failure?.exotelError
  return {
    streamSid,
    streamUrl: asked.url.dialled.href,
    ...endOfStream(closing),
    durationMs,
    ...(error === undefined ? {} : {error}),
  }
}
