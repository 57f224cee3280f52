import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {expect, test} from 'vitest'

import {systemClock} from '../../src/clock.js'
import {silentLogger} from '../../src/log.js'
import {combineProfiles} from '../../src/protocol/profiles.js'
import {keepIn} from '../../src/simulate/keep.js'
import type {RunPlan} from '../../src/simulate/plan.js'
import {recomputeRun} from '../../src/simulate/recompute/recompute.js'
import {runPlan} from '../../src/simulate/run.js'
import {BotEnd} from '../../src/stream/bot/bot-end.js'
import {parseStreamUrl} from '../../src/stream/exotel/stream-url.js'
import {socketPair} from '../../src/stream/socket-pair.js'
import {politeBot} from '../rig/bots.js'
import {clip} from '../rig/virtual-call.js'

test.each(['docs-strings', '100ms'] as const)(
  'a call on the real clock has the same report from its journal, to the microsecond: %s',
  async (id) => {
    const folder = await mkdtemp(join(tmpdir(), 'exostream-recompute-'))
    const profile = combineProfiles([id])
    const plan: RunPlan = {
      target: {kind: 'bot', bot: 'test'},
      url: parseStreamUrl('ws://127.0.0.1/media'),
      scenarios: [
        {
          name: 'test',
          description: '',
          thresholds: ['max(responseMs) < 2000'],
          steps: [
            {greet: {withinMs: 1000}},
            {say: clip(600), expect: 'respond', withinMs: 2000},
            {interrupt: clip(500), afterMs: 500, expect: 'stop', withinMs: 500},
            {hangUp: 'stop', now: true},
          ],
        },
      ],
      profile,
      sampleRateHz: profile.sampleRateHz,
      clear: 'packet',
      marksOnClear: 'echo',
      seed: 3,
    }

    try {
      const {report} = await runPlan(plan, {
        clock: systemClock,
        signal: new AbortController().signal,
        version: '1.2.3',
        keep: () => keepIn(folder, 8000),
        dial() {
          const [exotel, bot] = socketPair(systemClock)
          new BotEnd(bot, {bot: politeBot(), clock: systemClock, log: silentLogger})
          return Promise.resolve({socket: exotel, handshakeMs: 12, attempts: 1})
        },
      })
      const again = await recomputeRun([folder], '1.2.3')

      expect(again.notes).toEqual([])
      expect(again.report).toEqual(JSON.parse(JSON.stringify(report)))
      expect(report.calls[0]?.turns).toHaveLength(3)
      expect(report.rig.rigCpu).toBeGreaterThan(0)
    } finally {
      await rm(folder, {recursive: true})
    }
  },
)
