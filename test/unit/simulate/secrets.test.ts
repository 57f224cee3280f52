import {describe, expect, test} from 'vitest'

import type {StreamEvent} from '../../../src/protocol/events.js'
import {secretsOf} from '../../../src/simulate/secrets.js'
import {parseStreamUrl} from '../../../src/stream/exotel/stream-url.js'

/** With a short secret in it. */
const SID = '00abcd00112233445566778899aabbcc'
const bare = parseStreamUrl('ws://bot.example/media')

function received(text: string, base64?: string): StreamEvent {
  return {type: 'received', atMs: 1, tick: 0, text, ...(base64 === undefined ? {} : {base64})}
}

describe('what a journal keeps of a bot that says secrets back', () => {
  const secrets = secretsOf({headers: {'X-Key': 'abcd', 'X-Token': 'a-token-of-this'}}, bare)

  test.each([
    {
      what: 'a short one in the name of a mark',
      said: '{"event":"mark", "mark": {"name": "of abcd"}}',
      kept: '{"event":"mark", "mark": {"name": "of ***"}}',
    },
    {
      what: 'none that is part of audio, of an id or of a key by chance',
      said: `{"event":"media","stream_sid":"${SID}","abcd":1,"media":{"payload":"abcdabcd"}}`,
      kept: `{"event":"media","stream_sid":"${SID}","abcd":1,"media":{"payload":"abcdabcd"}}`,
    },
    {
      what: 'a short one as the name of an event',
      said: '{"event":"abcd"}',
      kept: '{"event":"***"}',
    },
    {
      what: 'a long one wherever it stands',
      said: '{"event":"a-token-of-this","stream_sid":"a-token-of-this"}',
      kept: '{"event":"***","stream_sid":"***"}',
    },
    {what: 'one in what is no JSON', said: 'who is abcd?', kept: 'who is ***?'},
  ])('$what', ({said, kept}) => {
    expect(secrets.event(received(said))).toEqual(received(kept))
  })

  test('the bytes of a binary message as well', () => {
    const bytes = (text: string) => Buffer.from(text).toString('base64')

    expect(secrets.event(received('abcd!', bytes('abcd!')))).toEqual(
      received('***!', bytes('***!')),
    )
  })

  test.each<{event: StreamEvent; kept: object}>([
    {
      event: {type: 'mark-echoed', atMs: 1, name: 'abcd', roundTripMs: 2},
      kept: {name: '***'},
    },
    {
      event: {type: 'violation', atMs: 1, violation: {rule: 'mark-loop', detail: 'It was "abcd".'}},
      kept: {violation: {rule: 'mark-loop', detail: 'It was "***".'}},
    },
    {
      event: {
        type: 'closed',
        atMs: 1,
        closing: {by: 'bot', code: 4001, reason: 'no abcd'},
        unheardMs: 0,
      },
      kept: {closing: {by: 'bot', code: 4001, reason: 'no ***'}},
    },
  ])('in $event.type', ({event, kept}) => {
    expect(secrets.event(event)).toMatchObject(kept)
  })
})

test('each URL that is asked has its own credentials', () => {
  const {text} = secretsOf(
    {
      dynamicUrl: 'http://one:first@a.example',
      passthru: {url: 'http://two:other@b.example', forms: []},
    },
    parseStreamUrl('ws://three:third@c.example'),
  )

  expect(text('first, other, third, three')).toBe('***, ***, ***, ***')
})
