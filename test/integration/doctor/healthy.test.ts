import {randomInt} from 'node:crypto'
import {mkdtempSync, rmSync} from 'node:fs'
import {networkInterfaces, tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, describe, expect, test} from 'vitest'

import {exitCodeOfExamined} from '../../../src/cli/exit-codes.js'
import type {Examined} from '../../../src/doctor/doctor-report.js'
import {classOf} from '../../../src/stream/written-url/address-class.js'
import {runProgram} from '../../../src/doctor/machine/run-program.js'
import {renderDoctorReport} from '../../../src/doctor/text/doctor-text.js'
import type {DoctorWorld} from '../../../src/doctor/world.js'
import {prepareExamination} from '../../../src/examination.js'
import {startServer} from '../../../src/index.js'
import {seededRandom} from '../../../src/random.js'
import {plainPaint} from '../../../src/report/text/look.js'
import {examineWhole, labWorld, NOBODY} from '../../rig/doctor/examine.js'
import {type ForeignBot, startForeignBot} from '../../rig/doctor/foreign-bots.js'
import {inTurns} from '../../rig/doctor/in-turns.js'

const OWN = ['echo', 'playback', 'sink'] as const
const FOREIGN: readonly ForeignBot[] = ['whole echo', 'greets and echoes', 'answers with marks']
const RATES = [8000, 16_000, 24_000, undefined] as const
const PATHS = ['/media', '/stream', '/ws/voicebot/a1b2', '/v1/ingest', '/'] as const
const HOW_MANY = 100
/** The bot that hears the caller out needs long calls, so that there are few with it. */
const CONVERSING = 4
/** As a user has it to the last line, calls at their full length among it. */
const UNCUT = 5
const AT_ONCE = 18

const SEED = Number(process.env['EXOSTREAM_SEED'] ?? randomInt(2 ** 32))

type SetUp = {
  readonly bot: 'converse' | (typeof OWN)[number] | ForeignBot
  readonly rest: string
  readonly isUncut: boolean
}

function setUpAt(at: number): SetUp {
  const random = seededRandom(SEED).fork(String(at))
  const oneOf = <T>(all: readonly [T, ...T[]] | readonly T[], first: T): T =>
    all[random.below(all.length)] ?? first
  const bot = at < CONVERSING ? 'converse' : oneOf<SetUp['bot']>([...OWN, ...FOREIGN], 'echo')
  const rate = oneOf(RATES, 8000)
  const parameters = ['lead', 'agent', 'note'].slice(0, random.below(3))
  const query = [
    ...(rate === undefined ? [] : [`sample-rate=${String(rate)}`]),
    ...parameters.map((name) => `${name}=${String(random.below(10_000))}`),
  ]
  const rest = oneOf(PATHS, '/media') + (query.length === 0 ? '' : `?${query.join('&')}`)
  return {bot, rest, isUncut: at % Math.floor(HOW_MANY / UNCUT) === 1}
}

const dataDir = mkdtempSync(join(tmpdir(), 'exostream-healthy-'))
afterAll(() => {
  rmSync(dataDir, {recursive: true})
})

describe('a healthy bot on this machine', () => {
  test('gives silence and nothing else, a hundred times', {timeout: 120_000}, async () => {
    const setUps = Array.from({length: HOW_MANY}, (_, at) => setUpAt(at))

    const heard = await inTurns(setUps, AT_ONCE, async (setUp) => {
      const server = await start(setUp.bot)
      try {
        const seen = await examineAt(`ws://127.0.0.1:${String(server.port)}${setUp.rest}`, setUp)
        return {...setUp, exitCode: exitCodeOfExamined(seen), ...shown(seen)}
      } finally {
        await server.close()
      }
    })

    const loud = heard.filter(
      ({exitCode, verdict, lines}) => exitCode !== 0 || verdict !== 'reachable' || lines.length > 1,
    )
    // As text, so that a rare one is told whole.
    expect(JSON.stringify(loud), `EXOSTREAM_SEED=${String(SEED)}`).toBe('[]')
    expect(heard).toHaveLength(HOW_MANY)
  })
})

describe('a bot that writes its keys in camelCase', () => {
  test('is warned of that and nothing else, and exits 0', {timeout: 30_000}, async () => {
    const server = await startForeignBot('camelCase echo')

    const seen = await examineWhole(
      `ws://127.0.0.1:${String(server.port)}/media?sample-rate=8000`,
      {
        target: {isLocal: true},
        world: here('echo'),
      },
    ).finally(() => server.close())

    const told = seen.report.checks.filter(({status}) => status === 'warn' || status === 'fail')
    expect(told.map(({id, detail = ''}) => [id, detail.includes('camel-case-keys')])).toEqual([
      ['conformance', true],
    ])
    expect(exitCodeOfExamined(seen)).toBe(0)
  })
})

function start(bot: SetUp['bot']): Promise<{readonly port: number; close(): Promise<void>}> {
  const foreign = FOREIGN.find((one) => one === bot)
  return foreign === undefined ? startServer({bot}) : startForeignBot(foreign)
}

function shown({report}: Examined) {
  const look = {width: 200, paint: plainPaint, ascii: false}
  const lines = renderDoctorReport(report, look, {isVerbose: false}).split('\n')
  return {verdict: report.verdict, lines}
}

function examineAt(url: string, {bot, isUncut}: SetUp): Promise<Examined> {
  const applet = bot === 'sink' ? 'stream' : 'voicebot'
  if (!isUncut) {
    return examineWhole(url, {
      target: {isLocal: true, applet},
      world: here(bot),
      deadlineMs: 30_000,
    })
  }
  const examine = prepareExamination({
    url,
    headers: {},
    isLocal: true,
    isOffline: true,
    wantsMetadata: false,
    applet,
    deadlineMs: 30_000,
    dataDir,
    providers: NOBODY,
  })
  return examine({signal: new AbortController().signal})
}

/** This machine itself, and the same calls only shorter; not for a bot that hears the caller out before it speaks. */
function here(bot: SetUp['bot']): Partial<DoctorWorld> {
  const {placeCall} = labWorld()
  const longestMs = bot === 'converse' ? 6000 : 2500
  return {
    classOf,
    interfaces: networkInterfaces,
    runProgram,
    procDir: '/proc',
    platform: process.platform,
    dataDir,
    placeCall: (request) =>
      placeCall({...request, durationMs: Math.min(request.durationMs, longestMs)}),
  }
}
