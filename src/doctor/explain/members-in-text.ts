import {memberRows} from './catalogue/passthru.js'
import {type Explanation, proof} from './explanation.js'
import {shown} from './pasted-text.js'
import type {StreamMembers} from './stream-members.js'

const EXOTEL = 'docs.exotel.com/exotel-agentstream/agentstream-wss-errors-and-handling'

/** What a Passthru query tells, the most telling member first; Stream[Error] itself is explained as an error. */
export function explainMembers(
  text: string,
  read: StreamMembers,
  isErrorKnown: boolean,
): readonly Explanation[] {
  const members = isThrottled(text) ? {...read, DetailedStatus: THROTTLED} : read
  const {Error: error = ''} = members
  const isNothing = !/\w{3}/.test(error) || /^(?:null|none|undefined)$/i.test(error)
  const why = isErrorKnown || isNothing ? [] : [unknownError(error)]
  const isWhyKnown = isErrorKnown || !isNothing || members.DetailedStatus === THROTTLED
  return [...why, ...membersTold(members, isWhyKnown)]
}

const THROTTLED = 'Streaming_call_throttled'

/** Also as people write it of a call. */
function isThrottled(text: string): boolean {
  return /\b(?:stream(?:ing)?[_ +])?call[_ +](?:(?:is|was|got|gets)[ +])?throttled\b/i.test(text)
}

/** One row a member: the first that fits. */
function membersTold(members: StreamMembers, isWhyKnown: boolean): readonly Explanation[] {
  const told = new Set<string>()
  return memberRows.flatMap((row) => {
    const {member, tells, check, isInferred = false, id, meaning, causes, fix, source} = row
    const value = members[member]
    if (value === undefined || told.has(member) || !tells(value, members)) return []
    told.add(member)
    if (isWhyKnown && row.isOnlyThatItFailed) return []
    const name = member.startsWith('Call') ? member : `Stream[${member}]`
    return [
      {
        ...{id, kind: 'passthru' as const, text: shown(`${name}=${value}`)},
        ...{meaning, causes, fix, source, isInferred},
        ...(check === undefined ? {} : {check: proof(check)}),
      },
    ]
  })
}

function unknownError(error: string): Explanation {
  return {
    id: 'stream-error-unknown',
    kind: 'passthru',
    text: shown(`Stream[Error]=${error}`),
    meaning:
      'Streaming failed, and this text is not known here; Exotel asks to treat it as opaque.',
    causes: ['The way to the bot, the upgrade or the stream itself failed.'],
    fix: "Let doctor try each step of the way, and give Exotel's support the whole text, the CallSid and the time in UTC.",
    check: proof('upgrade'),
    source: EXOTEL,
    isInferred: false,
  }
}
