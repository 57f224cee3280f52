import {memberRows} from './catalogue/passthru.js'
import {type Explanation, proof} from './explanation.js'
import {shown} from './pasted-text.js'
import {readMembers, type StreamMembers} from './stream-members.js'

const EXOTEL = 'docs.exotel.com/exotel-agentstream/agentstream-wss-errors-and-handling'

/** What a Passthru query tells, the most telling member first; Stream[Error] itself is explained as an error. */
export function explainMembers(text: string, isErrorKnown: boolean): readonly Explanation[] {
  const members = readMembers(text)
  const found = [...membersTold(members)]
  const isThrottled = found.some(({id}) => id === 'stream-throttled')
  if (!isThrottled && /\bStreaming_call_throttled\b/i.test(text)) {
    found.unshift(...membersTold({DetailedStatus: 'Streaming_call_throttled'}))
  }
  const {Error: error = ''} = members
  return isErrorKnown || !/\w{3}/.test(error) || /^(?:null|none|undefined)$/i.test(error)
    ? found
    : [unknownError(error), ...found]
}

/** One row a member: the first that fits. */
function membersTold(members: StreamMembers): readonly Explanation[] {
  const told = new Set<string>()
  return memberRows.flatMap((row) => {
    const {member, tells, check, isInferred = false, id, meaning, causes, fix, source} = row
    const value = members[member]
    if (value === undefined || told.has(member) || !tells(value, members)) return []
    told.add(member)
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
