import {expect, test} from 'vitest'

import {WriteQueue} from '../../../../src/serve/keeping/write-queue.js'

const queue = () => new WriteQueue({mostBytes: 100, mostFiles: 3, atOnce: 2})

test('there is room for so many bytes', () => {
  const small = queue()

  expect([small.take(60), small.take(60), small.take(40)]).toEqual([true, false, true])
})

test('there is room for so many files', () => {
  const small = queue()

  expect([1, 2, 3, 4].map(() => small.take(1))).toEqual([true, true, true, false])
})

test('what is given back can be taken again', () => {
  const small = queue()
  small.take(100)
  small.give(100)

  expect(small.take(100)).toBe(true)
})

test('so many are written at once, in the order they came, also when one fails', async () => {
  const small = queue()
  const begun: number[] = []
  const most = {atOnce: 0, now: 0}
  const write = (number: number) =>
    small.write(async () => {
      begun.push(number)
      most.now += 1
      most.atOnce = Math.max(most.atOnce, most.now)
      await new Promise(setImmediate)
      most.now -= 1
      if (number === 1) throw new Error('the disk is full')
    })

  const done = await Promise.allSettled([0, 1, 2, 3, 4].map((number) => write(number)))

  expect(done.map(({status}) => status === 'fulfilled')).toEqual([true, false, true, true, true])
  expect(begun).toEqual([0, 1, 2, 3, 4])
  expect(most.atOnce).toBe(2)
})
