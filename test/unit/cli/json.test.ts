import {Writable} from 'node:stream'

import {describe, expect, test} from 'vitest'

import {wantsJson} from '../../../src/cli/json.js'
import {writePieces} from '../../../src/cli/write-stream.js'

test.for([
  [['simulate', '--json'], {}, true],
  [['simulate'], {}, false],
  [['simulate', '--', '--json'], {}, false],
  [['simulate'], {EXOSTREAM_JSON: 'true'}, true],
  [['simulate'], {EXOSTREAM_JSON: '0'}, false],
] as const)('%j under %j asks for JSON: %s', ([argv, env, wanted]) => {
  expect(wantsJson(argv, env)).toBe(wanted)
})

describe('a document in pieces', () => {
  const PIECES = 50

  function* counted(made: string[]): Generator<string> {
    for (let number = 0; number < PIECES; number += 1) {
      made.push(String(number))
      yield `${String(number)},`
    }
  }

  test('arrives whole and in order, none made before the one before it has left', async () => {
    const made: string[] = []
    const arrived: string[] = []
    let mostAhead = 0
    const slow = new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        mostAhead = Math.max(mostAhead, made.length - arrived.length)
        setImmediate(() => {
          arrived.push(text)
          done()
        })
      },
    })

    await writePieces(slow, counted(made))

    expect(arrived).toEqual(Array.from({length: PIECES}, (_, number) => `${String(number)},`))
    expect(mostAhead).toBe(1)
  })

  test('is not made any further once its reader has left, which is no failure', async () => {
    const made: string[] = []
    const closed = new Writable({
      write(_text, _encoding, done) {
        done(made.length === 3 ? Object.assign(new Error('write EPIPE'), {code: 'EPIPE'}) : null)
      },
    })
    // As main.ts does for stdout.
    closed.on('error', () => undefined)

    await writePieces(closed, counted(made))

    expect(made).toEqual(['0', '1', '2'])
  })
})
