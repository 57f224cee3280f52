import fc from 'fast-check'
import {test} from 'vitest'

import {virtualClock} from '../../../../src/clock.js'
import {HTTP_PATHS} from '../../../../src/serve/stream-paths.js'
import {asks, rig} from './asking.js'

const anyText = fc.string({unit: 'binary', maxLength: 300})
const names = fc.oneof(
  fc.constantFrom('CallSid', 'Stream', 'CustomField', 'digits', 'Stream[StreamUrl]', 'sample-rate'),
  anyText,
)
const json = fc.oneof(fc.json(), anyText)
const pairs = fc.array(fc.tuple(names, json), {maxLength: 20})

const bodies = fc.oneof(
  fc.record({type: fc.constant('application/json'), content: json}),
  fc.record({
    type: fc.constant('application/json'),
    content: pairs.map((entries) => JSON.stringify(Object.fromEntries(entries))),
  }),
  fc.record({type: fc.constant('application/x-www-form-urlencoded'), content: anyText}),
  fc.record({
    type: fc.constantFrom(
      'multipart/form-data; boundary=x',
      'multipart/form-data',
      'multipart/form-data; boundary="',
    ),
    content: fc.oneof(
      anyText,
      anyText.map(
        (text) =>
          `--x\r\nContent-Disposition: form-data; name="${text}"\r\n\r\n${text}\r\n--x--\r\n`,
      ),
      anyText.map((text) => `--x\r\n${text}\r\n\r\n\r\n--x--`),
    ),
  }),
  fc.record({type: fc.option(anyText, {nil: undefined}), content: anyText}),
)

const paths = fc.oneof(
  fc.constantFrom(...HTTP_PATHS, '/media', '/', '/ws/voicebot/{CallSid}'),
  anyText.map((text) => `/ws/voicebot/${text}`),
  anyText,
)

test('whatever is asked is answered with a status of ours, and never throws', async () => {
  const {routes} = rig(virtualClock(), {passthruRules: [{when: {digits: '1'}, answer: 302}]})
  const known = [200, 302, 400, 405]

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'HEAD', 'PUT'),
      paths,
      pairs.map((entries) =>
        new URLSearchParams(entries.map((pair): [string, string] => [...pair])).toString(),
      ),
      bodies,
      async (method, path, query, body) => {
        const answer = await routes.answer(asks(method, `${path}?${query}`, {body}))

        if (!answer) return
        if (!known.includes(answer.status)) throw new Error(`answered ${answer.status}`)
        if (answer.body.startsWith('{')) JSON.parse(answer.body)
      },
    ),
    {numRuns: 2000},
  )
  routes.close()
})
