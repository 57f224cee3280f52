import {maskUserinfo} from '../../mask.js'
import {masked, withoutUserinfo} from '../../stream/exotel/stream-url.js'
import {fieldOf, type Fields} from './fields.js'

/** Which branch of the flow a call takes: 200 is the first, 302 the second. */
export type PassthruRule = {
  /** Each field by its name, such as digits, Stream[Status] or one of the customer's; all must be equal. */
  readonly when: Readonly<Record<string, string>>
  readonly answer: 200 | 302
}

/** The first rule that fits decides; where none does, the flow goes on with its first branch. */
export function branchOf(rules: readonly PassthruRule[], fields: Fields): 200 | 302 {
  const rule = rules.find(({when}) =>
    Object.entries(when).every(([name, value]) => fieldOf(fields, name) === value),
  )
  return rule?.answer ?? 200
}

const MOST_CHARACTERS = 300

/** What a log may say of the stream that is over; undefined values say nothing. */
export function streamFacts(fields: Fields): Readonly<Record<string, string | undefined>> {
  const member = (name: string) => fieldOf(fields, `Stream[${name}]`)?.slice(0, MOST_CHARACTERS)
  const streamUrl = fieldOf(fields, 'Stream[StreamUrl]')
  const streamError = fieldOf(fields, 'Stream[Error]')
  return {
    streamSid: member('StreamSID'),
    streamStatus: member('Status'),
    streamSeconds: member('Duration'),
    disconnectedBy: member('DisconnectedBy'),
    detailedStatus: member('DetailedStatus'),
    streamError: streamError === undefined ? undefined : shownText(streamError),
    streamUrl: streamUrl === undefined ? undefined : shownUrl(streamUrl),
  }
}

/** May quote a URL. */
function shownText(text: string): string {
  return masked(maskUserinfo(text)).slice(0, MOST_CHARACTERS)
}

/** A URL as it may be told; where it cannot be parsed, a password may be what breaks it. */
function shownUrl(text: string): string {
  if (!URL.canParse(text)) return masked(withoutUserinfo(text)).slice(0, MOST_CHARACTERS)
  const url = new URL(text)
  url.username = ''
  url.password = ''
  url.hash = ''
  return masked(url.href).slice(0, MOST_CHARACTERS)
}
