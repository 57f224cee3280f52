import fc from 'fast-check'
import {describe, expect, test} from 'vitest'

import {decodeBot} from '../../../../src/protocol/decode.js'
import {decodePayload} from '../../../../src/protocol/payload.js'
import {Realigner} from '../../../../src/serve/relay/realigner.js'

type Rig = {
  readonly realigner: Realigner
  readonly mended: number[]
  nowMs: number
}

function rigAt(sampleRateHz: 8000 | 16_000 | 24_000 = 8000): Rig {
  const rig = {nowMs: 0, mended: [] as number[]}
  const realigner = new Realigner({
    sampleRateHz,
    now: () => rig.nowMs,
    mended: (bytes) => rig.mended.push(bytes),
  })
  return Object.assign(rig, {realigner})
}

function media(bytes: Uint8Array): string {
  const payload = Buffer.from(bytes).toString('base64')
  return JSON.stringify({event: 'media', stream_sid: 's', media: {chunk: '1', payload, extra: 7}})
}

const counting = (length: number, from = 0) =>
  Uint8Array.from({length}, (_, index) => (from + index) % 251)

function bytesOf(messages: readonly (string | Uint8Array)[]): readonly Uint8Array[] {
  return messages.flatMap((data) => {
    const {message} = decodeBot(data)
    return message.event === 'media' ? [decodePayload(message.payload).bytes] : []
  })
}

const sizesOf = (messages: readonly (string | Uint8Array)[]) =>
  bytesOf(messages).map(({length}) => length)

const MARK = '{"event":"mark","mark":{"name":"m"}}'
const CLEAR = '{"event":"clear"}'

test.each([
  [8000, 3200],
  [16_000, 640],
  [24_000, 960],
] as const)('at %i Hz a chunk of %i bytes is passed on as it is', (rate, bytes) => {
  const {realigner, mended} = rigAt(rate)
  const text = ` ${media(counting(bytes))}\n`

  expect(realigner.take(text)).toEqual([text])
  expect(mended).toEqual([])
})

test.each([
  [8000, 331, [320]],
  [8000, 319, []],
  [16_000, 1600, [1280]],
  [24_000, 1600, [960]],
  [8000, 100_001, [99_840]],
] as const)('at %i Hz of a chunk of %i bytes whole packets are passed on', (rate, bytes, sizes) => {
  const {realigner, mended} = rigAt(rate)

  expect(sizesOf(realigner.take(media(counting(bytes))))).toEqual(sizes)
  expect(mended).toEqual([bytes])
})

test('the other members stay as they are, in their order, and binary stays binary', () => {
  const {realigner} = rigAt()

  const [text] = realigner.take(media(counting(331)))
  const [binary] = realigner.take(Buffer.from(media(counting(331))))

  const payload = Buffer.from(counting(320)).toString('base64')
  expect(text).toBe(
    `{"event":"media","stream_sid":"s","media":{"chunk":"1","payload":"${payload}","extra":7}}`,
  )
  expect(binary).toBeInstanceOf(Uint8Array)
})

test('however audio is cut, it arrives whole, in order and in legal chunks', () => {
  fc.assert(
    // Three bytes that count from 123 are the text {|}, and no audio.
    fc.property(fc.array(fc.integer({min: 4, max: 2000}), {maxLength: 30}), (sizes) => {
      const {realigner} = rigAt()
      const said: Uint8Array[] = []
      const heard: Uint8Array[] = []
      let from = 0
      for (const size of sizes) {
        const bytes = counting(size, from)
        from += size
        said.push(bytes)
        heard.push(...bytesOf(realigner.take(media(bytes))))
      }
      heard.push(...bytesOf(realigner.flush()))

      expect(heard.filter(({length}) => length % 320 !== 0)).toEqual([])
      const whole = Buffer.concat(said)
      const played = Buffer.concat(heard)
      expect(played.subarray(0, whole.length).equals(whole)).toBe(true)
      expect(played.subarray(whole.length).every((byte) => byte === 0)).toBe(true)
      expect(played.length - whole.length).toBeLessThan(320)
    }),
  )
})

test('a rest goes out padded before a mark, and a clear drops it', () => {
  const {realigner} = rigAt()
  realigner.take(media(counting(330)))
  const marked = realigner.take(MARK)
  realigner.take(media(counting(330)))
  const cleared = realigner.take(CLEAR)

  expect(sizesOf(marked)).toEqual([320])
  expect(marked.at(-1)).toBe(MARK)
  expect(cleared).toEqual([CLEAR])
  expect(realigner.flush()).toEqual([])
})

describe('a rest that no audio follows', () => {
  test('is padded after 100 ms, once, when what came before it has been heard', () => {
    const rig = rigAt()
    rig.realigner.take(media(counting(330)))

    rig.nowMs = 99
    expect(rig.realigner.overdue()).toEqual([])
    rig.nowMs = 100
    expect(sizesOf(rig.realigner.overdue())).toEqual([320])
    expect(rig.realigner.overdue()).toEqual([])
  })

  test('waits as long as the caller has something to hear', () => {
    const rig = rigAt()
    rig.realigner.take(media(counting(3210)))

    rig.nowMs = 150
    expect(rig.realigner.overdue()).toEqual([])
    rig.nowMs = 160
    expect(sizesOf(rig.realigner.overdue())).toEqual([320])
  })

  test('is not padded while a bot goes on with 200 ms at a time', () => {
    const rig = rigAt()
    const heard: number[] = []
    for (let chunk = 0; chunk < 20; chunk += 1) {
      rig.nowMs = chunk * 150
      heard.push(...sizesOf(rig.realigner.overdue()))
      heard.push(...sizesOf(rig.realigner.take(media(counting(3210)))))
    }

    expect(heard.reduce((sum, bytes) => sum + bytes, 0)).toBe(Math.floor((20 * 3210) / 320) * 320)
  })
})

test.each([
  ['text that is not JSON', 'hello'],
  ['a payload that is not base64', '{"event":"media","media":{"payload":"***"}}'],
  ['no payload', '{"event":"media","media":{}}'],
  ['a file', media(Buffer.concat([Buffer.from('RIFF'), counting(40)]))],
  ['an unknown event', '{"event":"ping"}'],
])('%s is passed on as it is, behind the rest', (_, text) => {
  const {realigner} = rigAt()
  realigner.take(media(counting(330)))

  expect(realigner.take(text).at(-1)).toBe(text)
})
