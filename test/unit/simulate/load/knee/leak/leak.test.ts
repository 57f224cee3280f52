import {describe, expect, test} from 'vitest'

import {
  type IdleBot,
  judgeAlone,
  judgeProcess,
  needsSecondRound,
} from '../../../../../../src/simulate/load/knee/leak/leak.js'
import {answeredCall, closedCall, refusedCall} from '../../../../../rig/capacity-bot/fake-calls.js'

const BEFORE: IdleBot = {cpuMs: 0, rssBytes: 60e6, openFiles: 20, threads: 11, idleCpu: 0.01}
const round = (over: Partial<IdleBot>, calls = 400) => ({calls, after: {...BEFORE, ...over}})

describe('of the process', () => {
  test('nothing is left when all is as before', () => {
    expect(judgeProcess(BEFORE, round({rssBytes: 66e6}))).toEqual({
      verdict: 'clean',
      evidence: [
        'Resident size: 60 MB before, 66 MB after 400 judged calls.',
        'Open files: 20 before, 20 after.',
        'Threads: 11 before, 11 after.',
        'CPU without calls: 1 % of a core before, 1 % of a core after.',
      ],
    })
  })

  test('open files that stay are a leak', () => {
    expect(judgeProcess(BEFORE, round({openFiles: 30})).verdict).toBe('clean')
    expect(judgeProcess(BEFORE, round({openFiles: 31})).verdict).toBe('leaks')
  })

  test('a core that is kept busy by calls that are gone is a leak', () => {
    expect(judgeProcess(BEFORE, round({idleCpu: 0.3})).verdict).toBe('leaks')
  })

  test('memory over 20 % and 20 MB more is looked at again', () => {
    expect(needsSecondRound(BEFORE, {...BEFORE, rssBytes: 79e6})).toBe(false)
    expect(needsSecondRound({...BEFORE, rssBytes: 400e6}, {...BEFORE, rssBytes: 440e6})).toBe(false)
    expect(needsSecondRound(BEFORE, {...BEFORE, rssBytes: 81e6})).toBe(true)
  })

  test('memory that grew once, as a pool does, is clean; that grows by each call is a leak', () => {
    const first = round({rssBytes: 140e6}, 400)

    expect(judgeProcess(BEFORE, first, round({rssBytes: 142e6}, 200)).verdict).toBe('clean')
    expect(judgeProcess(BEFORE, first, round({rssBytes: 178e6}, 200)).verdict).toBe('leaks')
  })

  test('memory that could not be looked at again is not measured', () => {
    expect(judgeProcess(BEFORE, round({rssBytes: 140e6})).verdict).toBe('not-measured')
  })

  test('threads are judged as memory is', () => {
    const first = round({threads: 40})

    expect(judgeProcess(BEFORE, first, round({threads: 42})).verdict).toBe('clean')
    expect(judgeProcess(BEFORE, first, round({threads: 60})).verdict).toBe('leaks')
  })

  test('what the system does not tell is not judged', () => {
    const {cpuMs, rssBytes, idleCpu} = BEFORE
    const known = {cpuMs, rssBytes, idleCpu}

    expect(judgeProcess(known, {calls: 1, after: known}).evidence).toHaveLength(2)
  })
})

describe('from outside', () => {
  const before = answeredCall({responseMs: 600})

  test('nothing is left when a few calls alone are as the one before', () => {
    expect(judgeAlone([before], [answeredCall({responseMs: 700})])).toEqual({
      verdict: 'clean',
      evidence: [
        '1 of 1 calls alone were completed after the search.',
        'Handshake alone: 4 ms before, 4 ms after.',
        'Response alone: 600 ms before, 700 ms after.',
      ],
    })
  })

  test('calls that are still refused, or much slower, are a leak', () => {
    const slow = answeredCall({responseMs: 1300})

    expect(judgeAlone([before], [refusedCall(), before]).verdict).toBe('leaks')
    expect(judgeAlone([before], [slow, slow, slow]).verdict).toBe('leaks')
    expect(judgeAlone([before], [slow, before, before]).verdict).toBe('clean')
  })

  test('a bot of which no call was opened, or answered, is gone', () => {
    const silent = answeredCall({})

    expect(judgeAlone([before], [refusedCall(), refusedCall()])).toEqual({
      verdict: 'gone',
      evidence: ['The bot no longer answers: 0 of 2 calls alone were completed after the search.'],
    })
    expect(judgeAlone([before], [silent, silent]).verdict).toBe('gone')
    expect(judgeAlone([before], [silent, silent, before]).verdict).toBe('leaks')
  })

  test('a bot that answers too late for its scenario is not gone, but leaks', () => {
    const late = answeredCall({responseMs: 6000})

    expect(judgeAlone([before], [late, late, late])).toEqual({
      verdict: 'leaks',
      evidence: [
        '3 of 3 calls alone were completed after the search.',
        'Handshake alone: 4 ms before, 4 ms after.',
        'Response alone: 600 ms before, 6000 ms after.',
      ],
    })
  })

  test('a bot that answers, and then closes, is not gone, but leaks', () => {
    const broken = {...closedCall(), turns: before.turns}

    expect(judgeAlone([before], [broken, broken]).verdict).toBe('leaks')
  })

  test('a bot of which no call came to its end is not judged', () => {
    expect(judgeAlone([before], [])).toEqual({
      verdict: 'not-measured',
      evidence: [
        'No call alone came to its end after the search, however long it was waited for: whether the bot still answers is not known.',
      ],
    })
  })

  test('a bot that said nothing before either is as it was', () => {
    const silent = answeredCall({})

    expect(judgeAlone([silent], [silent]).verdict).toBe('clean')
  })

  test('each call is compared with the one of its own scenario', () => {
    const long = {...answeredCall({responseMs: 2400}), scenario: 'long'}

    expect(judgeAlone([before, long], [before, long])).toEqual({
      verdict: 'clean',
      evidence: [
        '2 of 2 calls alone were completed after the search.',
        'Handshake of basic alone: 4 ms before, 4 ms after.',
        'Response of basic alone: 600 ms before, 600 ms after.',
        'Handshake of long alone: 4 ms before, 4 ms after.',
        'Response of long alone: 2400 ms before, 2400 ms after.',
      ],
    })
    expect(judgeAlone([before, long], [{...long, scenario: 'basic'}]).verdict).toBe('leaks')
  })
})
