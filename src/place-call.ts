import {randomInt} from 'node:crypto'

import {lookupFor} from './doctor/host/hop-lookup.js'
import type {DoctorWorld, PlaceCall} from './doctor/world.js'
import {decodeExotel} from './protocol/decode.js'
import type {ProfileId} from './protocol/profiles.js'
import {helloAt} from './simulate/conformance/scenario.js'
import {makePlan} from './simulate/plan.js'
import {runPlan} from './simulate/run.js'
import type {Clip, Scenario, Step} from './simulate/scenario/scenario.js'
import {dial, type Dialled, type DialOptions} from './stream/exotel/dial.js'
import type {StreamUrl} from './stream/exotel/stream-url.js'
import {packageVersion} from './version.js'

/** Long enough for the slowest end of turn, and for an answer to begin. */
const PAUSE_MS = 2600
/** What a call that is given up has to say goodbye. */
const GOODBYE_MS = 300
const LARGEST_SEED = 0xffff_ffff

type Applet = Parameters<PlaceCall>[0]['applet']

const PROFILES: Readonly<Record<Applet, readonly ProfileId[]>> = {
  voicebot: [],
  stream: ['stream-applet'],
  none: ['connect-voice-ai'],
}

/** Where the doctor is joined to what calls: `simulate` makes its calls. */
export function placeCallOver(
  world: Pick<DialOptions, 'clock' | 'ca'> & Pick<DoctorWorld, 'lookup'>,
): PlaceCall {
  return async ({url, addresses, headers, applet, caller, durationMs, signal}) => {
    const plan = await makePlan({
      target: {kind: 'url'},
      url,
      headers,
      scenarios: [],
      profiles: PROFILES[applet],
      seed: randomInt(LARGEST_SEED),
    })
    const clip = caller === 'speech' ? await helloAt(plan.sampleRateHz) : undefined
    const scenario = callOf(clip, durationMs, plan.sampleRateHz)
    const over = new AbortController()
    const {report} = await runPlan(
      {...plan, scenarios: [scenario]},
      {
        clock: world.clock,
        signal,
        version: packageVersion(),
        dial: (to, options) =>
          dialOnce(
            to,
            {
              ...options,
              ...world,
              lookup: lookupFor(addresses === undefined ? {} : {addresses}, world),
            },
            over.signal,
          ).then((dialled) => (caller === 'nothing' ? withoutAudio(dialled) : dialled)),
      },
    ).finally(() => {
      over.abort()
    })
    const [call] = report.calls
    if (call) return call
    throw new Error('The call was given up before it was dialled.', {cause: signal.reason})
  }
}

/** Without the second attempt of Exotel's, which would hide that there had to be one. */
async function dialOnce(url: StreamUrl, options: DialOptions, over: AbortSignal): Promise<Dialled> {
  const dialled = await dial(url, {...options, retries: 0})
  const {clock, signal} = options
  const giveUp = () => {
    clock.sleepUntil(clock.now() + GOODBYE_MS, over).then(
      () => {
        dialled.socket.terminate()
      },
      // Aborted: it was over in time.
      () => undefined,
    )
  }
  signal.addEventListener('abort', giveUp, {once: true, signal: over})
  if (signal.aborted) giveUp()
  return dialled
}

/** What begins and ends a call is sent, and nothing in between. */
function withoutAudio(dialled: Dialled): Dialled {
  const {socket} = dialled
  const send: typeof socket.send = (data, isBinary) => {
    const isAudio = typeof data === 'string' && decodeExotel(data).message.event === 'media'
    if (!isAudio) socket.send(data, isBinary)
  }
  // Not `sendAscii`, which is the way that audio goes.
  const others = Object.entries(socket).filter(([name]) => name !== 'sendAscii')
  // The cast restores the keys, which Object.fromEntries forgets; what is left out is optional.
  return {...dialled, socket: {...(Object.fromEntries(others) as typeof socket), send}}
}

/** Without a clip the line stays silent. */
function callOf(clip: Clip | undefined, durationMs: number, sampleRateHz: number): Scenario {
  const spoken = clip ? spokenFor(durationMs, clip, sampleRateHz) : [{wait: {ms: durationMs}}]
  const steps: readonly Step[] = [...spoken, {hangUp: 'stop', now: true}]
  return {name: 'doctor', description: '', steps, thresholds: []}
}

/** The clip again and again with pauses, whatever the bot does meanwhile. */
function spokenFor(durationMs: number, clip: Clip, sampleRateHz: number): readonly Step[] {
  const clipMs = (clip.pcm.length / sampleRateHz) * 1000
  const steps: Step[] = []
  for (let atMs = 0; atMs < durationMs; atMs += clipMs + PAUSE_MS) {
    const leftMs = durationMs - atMs
    const say = {
      ...clip,
      pcm: clip.pcm.subarray(0, Math.ceil((leftMs * sampleRateHz) / 1000)),
      speechEndMs: Math.min(clip.speechEndMs, leftMs),
    }
    steps.push({say, now: true})
    if (leftMs > clipMs) steps.push({wait: {ms: Math.min(PAUSE_MS, leftMs - clipMs)}})
  }
  return steps
}
