import {describe, expect, test} from 'vitest'

import {Playout, type PlayoutOptions} from '../../../../src/stream/exotel/playout.js'

const PACKET = 160

function createPlayout(options: Partial<PlayoutOptions> = {}): Playout {
  return new Playout({samplesPerPacket: PACKET, clear: 'packet', marksOnClear: 'drop', ...options})
}

const packets = (count: number, sample = 1) => new Int16Array(count * PACKET).fill(sample)
const names = (marks: readonly {readonly name: string}[]) => marks.map(({name}) => name)

describe('the queue', () => {
  test('counts what waits in whole packets through push, tick and clear', () => {
    const playout = createPlayout()
    const queued = [playout.queuedMs]
    const note = () => queued.push(playout.queuedMs)

    playout.push(packets(3))
    note()
    playout.push(new Int16Array(1))
    note()
    playout.tick()
    note()
    playout.clear()
    note()
    playout.tick()
    note()

    expect(queued).toEqual([0, 60, 80, 60, 0, 0])
  })

  test('is empty again when everything has been played', () => {
    const playout = createPlayout()
    playout.push(new Int16Array(2 * PACKET + 40))

    const lengths = [playout.tick(), playout.tick(), playout.tick(), playout.tick()].map(
      ({pcm, paddingSamples}) => [pcm?.length, paddingSamples],
    )

    expect(lengths).toEqual([
      [160, 0],
      [160, 0],
      [40, 120],
      [undefined, 0],
    ])
    expect(playout.queuedMs).toBe(0)
  })

  test('plays messages in the order they came, none in the packet of another', () => {
    const playout = createPlayout()
    playout.push(new Int16Array(200).fill(1))
    playout.push(packets(1, 2))

    const heard = [playout.tick(), playout.tick(), playout.tick()].map(({pcm}) => [...new Set(pcm)])

    expect(heard).toEqual([[1], [1], [2]])
  })

  test('refuses audio beyond its limit, and takes more when some has been played', () => {
    const playout = createPlayout({maxQueuedMs: 100})

    expect(playout.push(packets(5))).toBe(true)
    expect(playout.push(new Int16Array(1))).toBe(false)
    expect(playout.queuedMs).toBe(100)

    playout.tick()
    expect(playout.push(new Int16Array(1))).toBe(true)
  })

  test('refuses more than half an hour unless told otherwise', () => {
    const playout = createPlayout({samplesPerPacket: 1})

    expect(playout.push(new Int16Array(30 * 60 * 50))).toBe(true)
    expect(playout.push(new Int16Array(1))).toBe(false)
  })

  test('takes a message without audio for nothing', () => {
    const playout = createPlayout({maxQueuedMs: 0})

    expect(playout.push(new Int16Array(0))).toBe(true)
    expect(playout.tick().pcm).toBeUndefined()
  })

  test('tells for each packet whether its message ended in half a sample', () => {
    const playout = createPlayout()
    playout.push(packets(2), {isOdd: true})
    playout.push(packets(1))

    const ticks = [playout.tick(), playout.tick(), playout.tick(), playout.tick()]

    expect(ticks.map(({isOdd}) => isOdd)).toEqual([true, true, false, false])
  })

  test.each([0, -160, 0.5, Number.NaN])(
    'packets of %d samples are a mistake',
    (samplesPerPacket) => {
      expect(() => createPlayout({samplesPerPacket})).toThrow(RangeError)
    },
  )
})

describe('a mark', () => {
  test('with nothing queued is due at the next tick', () => {
    const playout = createPlayout()
    playout.mark('alone', 7)

    const first = playout.tick()
    const second = playout.tick()

    expect(first.marks).toEqual([{kind: 'mark', name: 'alone', receivedAtMs: 7}])
    expect(second.marks).toEqual([])
  })

  test('is due when the last packet before it has ended, not when it begins', () => {
    const playout = createPlayout()
    playout.push(packets(2))
    playout.mark('said', 0)

    const due = [playout.tick(), playout.tick(), playout.tick()].map(({marks}) => names(marks))

    expect(due).toEqual([[], [], ['said']])
  })

  test('comes back as often as it was sent', () => {
    const playout = createPlayout()
    for (const name of ['a', 'b', 'a']) playout.mark(name, 0)

    expect(names(playout.tick().marks)).toEqual(['a', 'b', 'a'])
  })

  test('is refused when 100,000 wait already, and taken again after a tick', () => {
    const playout = createPlayout()
    playout.push(packets(1))
    const taken = Array.from({length: 100_010}, (_, index) => playout.mark(String(index), 0))

    expect(taken.filter((isTaken) => isTaken)).toHaveLength(99_999)
    playout.tick()
    expect(playout.tick().marks).toHaveLength(99_999)
    expect(playout.mark('next', 0)).toBe(true)
  })

  test('that a clear gave back counts until it is due', () => {
    const playout = createPlayout({marksOnClear: 'echo'})
    playout.push(packets(1))
    for (let index = 0; index < 100_000; index += 1) playout.mark(String(index), 0)

    playout.clear()

    expect(playout.mark('one', 0)).toBe(true)
    expect(playout.mark('too many', 0)).toBe(false)
    expect(playout.tick().marks).toHaveLength(100_000)
  })
})

describe('a clear', () => {
  test('drops all but the packet being played', () => {
    const playout = createPlayout()
    playout.push(packets(5))
    playout.tick()

    expect(playout.clear()).toEqual({droppedMs: 80, droppedMarks: 0})
    expect(playout.tick().pcm).toBeUndefined()
  })

  test('that counts whole messages lets the one that plays come to its end', () => {
    const playout = createPlayout({clear: 'message'})
    playout.push(packets(3))
    playout.push(packets(4))
    playout.tick()

    expect(playout.clear()).toEqual({droppedMs: 80, droppedMarks: 0})
    expect([playout.tick(), playout.tick(), playout.tick()].map(({pcm}) => pcm?.length)).toEqual([
      160,
      160,
      undefined,
    ])
  })

  test('drops a message that has not started, in either reading', () => {
    const dropped = (['packet', 'message'] as const).map((clear) => {
      const playout = createPlayout({clear})
      playout.push(packets(3))
      return playout.clear().droppedMs
    })

    expect(dropped).toEqual([60, 60])
  })

  test('with nothing to drop leaves the marks that are due', () => {
    const playout = createPlayout()
    playout.mark('due', 0)

    expect(playout.clear()).toEqual({droppedMs: 0, droppedMarks: 0})
    expect(names(playout.tick().marks)).toEqual(['due'])
  })

  test('keeps a mark behind the message that plays on', () => {
    const playout = createPlayout({clear: 'message'})
    playout.push(packets(2))
    playout.mark('kept', 0)
    playout.push(packets(1))
    playout.mark('dropped', 0)
    playout.tick()

    expect(playout.clear()).toEqual({droppedMs: 20, droppedMarks: 1})
    const due = [playout.tick(), playout.tick(), playout.tick()].map(({marks}) => names(marks))
    expect(due).toEqual([[], ['kept'], []])
  })

  test('drops the marks behind what it drops', () => {
    const playout = createPlayout({marksOnClear: 'drop'})
    playout.push(packets(2))
    playout.mark('one', 0)
    playout.mark('two', 0)

    expect(playout.clear()).toEqual({droppedMs: 40, droppedMarks: 2})
    expect(playout.tick().marks).toEqual([])
  })

  test('or gives them back at the next tick, before those that came later', () => {
    const playout = createPlayout({marksOnClear: 'echo'})
    playout.push(packets(2))
    playout.mark('one', 0)
    playout.mark('two', 0)

    expect(playout.clear()).toEqual({droppedMs: 40, droppedMarks: 0})
    playout.mark('later', 0)
    expect(names(playout.tick().marks)).toEqual(['one', 'two', 'later'])
    expect(playout.tick().marks).toEqual([])
  })
})

describe('whoever looks ahead', () => {
  const queued = (
    ...items: readonly (readonly [packets: number, isQuiet?: boolean] | 'mark')[]
  ) => {
    const playout = createPlayout({marksOnClear: 'echo'})
    for (const item of items) {
      if (item === 'mark') playout.mark('m', 0)
      else playout.push(packets(item[0]), {isQuiet: item[1] ?? false})
    }
    return playout
  }

  test('learns how many ticks come before a mark is due', () => {
    expect(queued([3]).ticksToMark(4)).toBe(4)
    expect(queued([3], 'mark').ticksToMark(4)).toBe(3)
    expect(queued([3], 'mark').ticksToMark(2)).toBe(2)
    expect(queued('mark').ticksToMark(4)).toBe(0)
  })

  test('counts from where the playout is', () => {
    const playout = queued([3], [1], 'mark')
    playout.tick()
    playout.tick()

    expect(playout.ticksToMark(9)).toBe(2)
  })

  test('is told of a mark that clear gave back', () => {
    const playout = queued([3], 'mark')
    playout.clear()

    expect(playout.ticksToMark(9)).toBe(0)
  })

  test('learns how many ticks come before what may be speech', () => {
    expect(queued([3, true]).ticksToSpeech(9)).toBe(9)
    expect(queued([3, true], 'mark', [2]).ticksToSpeech(9)).toBe(3)
    expect(queued([1]).ticksToSpeech(9)).toBe(0)
  })
})
