import {describe, expect, test} from 'vitest'

import {EventQueue} from '../../../../src/stream/bot/event-queue.js'

/** Capital letters must be kept; a digit weighs what it says, all else 1. */
const createQueue = (limit: number) =>
  new EventQueue<string>({
    limit,
    weigh: (item) => Number(/\d/.exec(item)?.[0] ?? 1),
    mayDrop: (item) => !/[A-Z]/.test(item),
  })

async function readAll(queue: EventQueue<string>): Promise<string[]> {
  queue.end()
  const read: string[] = []
  for await (const item of queue) read.push(item)
  return read
}

describe('the queue', () => {
  test('gives what was pushed, in its order, and then ends', async () => {
    const queue = createQueue(10)
    for (const item of ['a', 'B', 'c']) queue.push(item)

    expect(await readAll(queue)).toEqual(['a', 'B', 'c'])
    expect(queue.dropped).toBe(0)
  })

  test('wakes a reader that waits', async () => {
    const queue = createQueue(10)
    const reader = queue[Symbol.asyncIterator]()

    const first = reader.next()
    queue.push('a')
    queue.push('b')

    expect(await first).toEqual({value: 'a', done: false})
    expect(await reader.next()).toEqual({value: 'b', done: false})
  })

  test('ends a reader that waits', async () => {
    const queue = createQueue(10)
    const next = queue[Symbol.asyncIterator]().next()

    queue.end()

    expect(await next).toEqual({value: undefined, done: true})
  })

  test('takes nothing more after its end', async () => {
    const queue = createQueue(10)
    queue.push('a')
    queue.end()
    queue.push('b')

    expect(await readAll(queue)).toEqual(['a'])
  })

  test('keeps nothing for a reader that has left', async () => {
    const queue = createQueue(10)
    for (const item of ['a', 'b', 'c']) queue.push(item)
    for await (const item of queue) if (item === 'a') break

    queue.push('d')

    expect(await readAll(queue)).toEqual([])
  })
})

describe('a reader that falls behind', () => {
  test('loses the oldest of what may be dropped, and it is counted', async () => {
    const queue = createQueue(3)
    for (const item of ['A', 'b', 'c', 'd', 'e']) queue.push(item)

    expect(queue.dropped).toBe(2)
    expect(await readAll(queue)).toEqual(['A', 'd', 'e'])
  })

  test('loses as many as it takes to make room', async () => {
    const queue = createQueue(6)
    for (const item of ['a', 'b', 'C', 'd4', 'e', 'f']) queue.push(item)

    expect(await readAll(queue)).toEqual(['C', 'e', 'f'])
    expect(queue.dropped).toBe(3)
  })

  test('is given the newest, however heavy, and loses it to the next', async () => {
    const queue = createQueue(3)
    for (const item of ['a', 'b', 'c9']) queue.push(item)
    expect(queue.dropped).toBe(0)

    queue.push('d')

    expect(await readAll(queue)).toEqual(['d'])
  })

  test('loses the oldest of all when nothing may be dropped', async () => {
    const queue = createQueue(2)
    for (const item of ['A', 'B', 'C']) queue.push(item)

    expect(await readAll(queue)).toEqual(['B', 'C'])
  })

  test('loses nothing more once it has caught up', async () => {
    const queue = createQueue(2)
    const reader = queue[Symbol.asyncIterator]()
    for (const item of ['a', 'b', 'c']) queue.push(item)
    await reader.next()
    await reader.next()
    for (const item of ['d', 'e']) queue.push(item)

    expect(queue.dropped).toBe(1)
    expect(await readAll(queue)).toEqual(['d', 'e'])
  })
})

describe('each', () => {
  test('hands over what waits, and then each item in the moment it comes', () => {
    const queue = createQueue(10)
    const heard: string[] = []
    queue.push('a')
    queue.push('b')

    void queue.each((item) => heard.push(item))
    expect(heard).toEqual(['a', 'b'])
    queue.push('c')
    expect(heard).toEqual(['a', 'b', 'c'])
    expect(queue.isEmpty).toBe(true)
    queue.end()
  })

  test('resolves at the end, and hears nothing after it', async () => {
    const queue = createQueue(10)
    const heard: string[] = []
    const all = queue.each((item) => heard.push(item))
    queue.end()
    queue.push('late')

    await all
    expect(heard).toEqual([])
  })

  test('hears what waited when the queue had ended before', async () => {
    const queue = createQueue(10)
    const heard: string[] = []
    queue.push('a')
    queue.end()

    await queue.each((item) => heard.push(item))
    expect(heard).toEqual(['a'])
  })

  test('rejects with what is thrown, and hears no more', async () => {
    const queue = createQueue(10)
    const heard: string[] = []
    queue.push('a')
    queue.push('b')
    const all = queue.each((item) => {
      heard.push(item)
      throw new Error(`not ${item}`)
    })
    queue.push('c')

    await expect(all).rejects.toThrow('not a')
    expect(heard).toEqual(['a'])
  })
})

describe('what is shown of an item', () => {
  const createShouting = () =>
    new EventQueue<string>({
      limit: 10,
      weigh: () => 1,
      mayDrop: () => true,
      shown: (item) => item.toUpperCase(),
    })

  test('is what an iteration gives, whether the item waited or its reader did', async () => {
    const queue = createShouting()
    const reader = queue[Symbol.asyncIterator]()
    queue.push('a')
    const first = await reader.next()
    const second = reader.next()
    queue.push('b')

    expect([first.value, (await second).value]).toEqual(['A', 'B'])
  })

  test('is not what `each` hands over, which has the item itself', () => {
    const queue = createShouting()
    const heard: string[] = []
    queue.push('a')

    void queue.each((item) => heard.push(item))
    queue.push('b')

    expect(heard).toEqual(['a', 'b'])
  })
})
