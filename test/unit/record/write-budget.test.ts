import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {expect, test} from 'vitest'

import {JournalFile} from '../../../src/record/journal-file.js'
import {WavWriter} from '../../../src/record/wav-writer.js'
import {WriteBudget} from '../../../src/record/write-budget.js'

test('there is room until it is full, and again for what was given back', () => {
  const budget = new WriteBudget(100)

  expect([budget.take(60), budget.take(60), budget.take(1)]).toEqual([true, true, false])
  budget.give(60)
  expect(budget.take(1)).toBe(true)
})

test('what is full over all is full for each, and what one may not take is not taken from all', () => {
  const all = new WriteBudget(100)
  const one = new WriteBudget(50, all)
  const other = new WriteBudget(500, all)

  expect([one.take(50), one.take(10)]).toEqual([true, false])
  expect([other.take(50), other.take(1)]).toEqual([true, false])
  one.give(50)
  expect(other.take(1)).toBe(true)
})

test('a journal and a WAV share one room, give it back when the disk has it, and say why they lost', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'exostream-budget-'))
  const budget = new WriteBudget(10_000)
  const format = {sampleRateHz: 8000, channels: 1}
  const wav = WavWriter.open(join(folder, 'call.wav'), format, {budget})
  const journal = JournalFile.open(join(folder, 'journal.ndjson'), budget)

  // Nothing reaches the disk before these lines end.
  wav.write(new Int16Array(8000))
  journal.write({a: 1})
  wav.write(new Int16Array(8000))

  expect([journal.dropped, wav.droppedSamples]).toEqual([1, 8000])
  expect([...journal.losses, ...wav.losses]).toEqual(['queue-full', 'queue-full'])
  await Promise.all([wav.close(), journal.close()])
  expect([budget.take(9999), budget.take(1)]).toEqual([true, true])
  await rm(folder, {recursive: true})
})

test('a WAV that the disk refuses gives back what waited for it', async () => {
  const budget = new WriteBudget(10_000)
  const format = {sampleRateHz: 8000, channels: 1}
  const wav = WavWriter.open(join(tmpdir(), 'exostream-not-there', 'call.wav'), format, {budget})
  wav.write(new Int16Array(8000))

  await wav.close()

  expect([...wav.losses]).toEqual(['disk-error'])
  expect(budget.take(1)).toBe(true)
})
