import {DEFAULT_SAMPLE_RATE_HZ} from '../../../protocol/limits.js'
import {parseStreamUrl} from '../../../stream/exotel/stream-url.js'
import {askDynamicUrl, type DynamicAnswer} from '../../../stream/exotel-http/dynamic-url.js'
import type {StreamApplet, VoicebotApplet} from '../../flow.js'
import {plain, type Asker} from '../asker.js'
import {fixOfStatus, noAnswer, slowness} from '../common-faults.js'
import {namedUrlFaults} from './named-url.js'
import type {Fault} from '../rules.js'

const EXAMPLE = '{"url": "wss://HOST/PATH?sample-rate=8000"}'

/** Asks a dynamic URL for two calls by GET, and once by POST, and judges what it answers. */
export async function probeDynamic(
  applet: VoicebotApplet | StreamApplet,
  asker: Asker,
): Promise<readonly Fault[]> {
  const asks = (words: string, method: 'GET' | 'POST', identity = asker.newCall()) =>
    asker.ask({
      words,
      put: (world) => askDynamicUrl(asker.url, {...world, identity, method, applet: applet.kind}),
    })
  const call = asker.newCall()
  const first = await asks('GET', 'GET', call)
  if (!first) return []
  if (first.answer.status === undefined) return [noAnswer(first.answer)]
  const {streamUrl} = first
  const second = streamUrl === undefined ? undefined : await asks('GET, another call', 'GET')
  const posted = await asks('POST', 'POST', call)
  const got = [first, ...(second ? [second] : [])]
  return [
    ...answerFaults(first, posted),
    ...(second && !isUsable(second) ? [secondCallFault(second)] : []),
    ...(posted && streamUrl !== undefined ? methodFaults({streamUrl}, posted) : []),
    ...got.flatMap((named) => namedUrlFaults(applet, named.streamUrl, asker.isLocal)),
    ...slowness(
      asker.url,
      got.map(({answer}) => answer),
    ),
  ]
}

function isUsable({streamUrl}: DynamicAnswer): boolean {
  return streamUrl !== undefined
}

function answerFaults(
  {answer, streamUrl, fault}: DynamicAnswer,
  posted: DynamicAnswer | undefined,
): readonly Fault[] {
  if (streamUrl !== undefined) return []
  const {status, problem = ''} = answer
  const summary = plain(problem)
  if (fault === 'status') {
    const alike = posted && isUsable(posted) ? ' It answers POST as it should: do the same.' : ''
    return [{id: 'probe-dynamic-status', summary, fix: `${fixOfStatus(status)}${alike}`}]
  }
  return [
    fault === 'named-url'
      ? {
          id: 'probe-dynamic-named-url',
          summary,
          fix: `Name a whole wss:// URL, with your own host and path, and a rate of 8000, 16000 or 24000:\n${EXAMPLE}`,
        }
      : {
          id: 'probe-dynamic-json',
          summary,
          fix: `Answer with nothing but this object, as application/json, with your own host and path:\n${EXAMPLE}`,
        },
  ]
}

function secondCallFault({answer: {problem = ''}}: DynamicAnswer): Fault {
  return {
    id: 'probe-dynamic-second-call',
    summary: plain(
      `Asked for one call, the dynamic URL names a stream, but for the next: ${problem}`,
    ),
    fix: 'Answer each CallSid with a URL of its own call; nothing may be left over from the call before.',
  }
}

/** GET is by all evidence what comes, so that a POST which is refused is no fault. */
function methodFaults(
  first: {readonly streamUrl: string},
  posted: DynamicAnswer,
): readonly Fault[] {
  if (posted.streamUrl === undefined) {
    const {problem = ''} = posted.answer
    return [
      {
        id: 'probe-dynamic-post',
        summary: plain(`By GET the dynamic URL names a stream, by POST it does not: ${problem}`),
        fix: 'Nothing has to be done: by all evidence Exotel asks by GET. To be safe, answer POST in the same way.',
      },
    ]
  }
  const [get, post] = [gist(first.streamUrl), gist(posted.streamUrl)]
  if (get === post) return []
  return [
    {
      id: 'probe-dynamic-methods',
      summary: plain(`For the same call the dynamic URL names ${get} by GET and ${post} by POST.`),
      fix: 'Nothing has to be done: by all evidence Exotel asks by GET. To be safe, read the details of the call from the body, too.',
    },
  ]
}

/** What is to be the same for one call; a path or value may be made anew each time it is asked. */
function gist(streamUrl: string): string {
  const {dialled, sampleRateHz, customParameters} = parseStreamUrl(streamUrl)
  const names = Object.keys(customParameters).sort()
  const parameters = names.length === 0 ? 'no parameters' : `the parameters ${names.join(', ')}`
  const rate = sampleRateHz ?? DEFAULT_SAMPLE_RATE_HZ
  return `${dialled.protocol}//${dialled.host} at ${String(rate)} Hz with ${parameters}`
}
