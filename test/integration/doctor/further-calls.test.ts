import {test} from 'vitest'

import {
  BY_BOT,
  BY_NOBODY,
  bot,
  type CallFault,
  examineCalls,
  idsOf,
  PREFIX,
  testFaults,
} from '../../rig/doctor/call-faults.js'
import {
  after,
  at,
  type Behaviour,
  type LabCall,
  both,
  camelCase,
  closes,
  deaf,
  drops,
  echo,
  idleCutter,
  polite,
  says,
  serveLab,
  silent,
  snakeCase,
} from '../../rig/doctor/dying-bots.js'

const faults: readonly CallFault[] = [
  {
    name: 'takes its whole process down at stop',
    url: bot(
      both(
        echo,
        at('stop', ({die}) => {
          die()
        }),
      ),
    ),
    rootCause: 'stop',
    summary: /^after stop the bot takes no further call\.$/,
    exotelError: new RegExp(
      `^${PREFIX}dial tcp 127\\.0\\.0\\.1:\\d+: connect: connection refused$`,
    ),
  },
  {
    name: 'takes one call in its life',
    url: async () =>
      (await serveLab(echo, {refuses: (_open, number) => (number > 1 ? 500 : undefined)})).url,
    rootCause: 'stop',
    summary: /^after stop the bot takes no further call\.$/,
    exotelError: `${PREFIX}expected handshake response status code 101 but got 500`,
  },
  {
    name: 'closes every call but the first at once',
    url: bot((call) => {
      ;(call.number === 1 ? echo : closes(1013))(call)
    }),
    rootCause: 'stop',
    summary: /^after stop, the next time, the bot closes the stream .* with 1013/,
    exotelError: BY_BOT,
  },
  {
    name: 'never reads',
    url: bot(deaf),
    rootCause: 'stop',
    summary: /^the bot opens the stream and then reads nothing/,
  },
  {
    name: 'refuses a second call beside the first',
    // Until a second attempt, too, has met the first call.
    longestMs: 1500,
    url: async () => (await serveLab(echo, {refuses: (open) => (open > 0 ? 503 : undefined)})).url,
    rootCause: 'second-call',
    summary: /^while one call goes on, a second one is not opened\.$/,
    exotelError: `${PREFIX}expected handshake response status code 101 but got 503`,
  },
  {
    name: 'closes a second call beside the first',
    url: bot((call) => {
      ;(call.calls.size === 1 ? echo : closes(1013))(call)
    }),
    rootCause: 'second-call',
    summary: /^while one call goes on, a second one is lost\.$/,
    exotelError: BY_BOT,
  },
  {
    name: 'drops the first call when a second comes',
    url: bot((call) => {
      for (const other of call.calls) if (other !== call.ws) other.terminate()
      echo(call)
    }),
    rootCause: 'second-call',
    summary: /^with two calls at the same time, the first is lost\.$/,
    exotelError: BY_NOBODY,
  },
  {
    name: 'dies of a second call beside the first',
    url: bot((call) => {
      if (call.calls.size > 1) call.die()
      else echo(call)
    }),
    rootCause: 'second-call',
    summary: /^when a second call comes, the bot dies, and both calls are lost\.$/,
    exotelError: BY_NOBODY,
  },
  {
    name: 'hangs up in good order on the first call when a second comes',
    longestMs: 1500,
    url: bot((call) => {
      for (const other of call.calls) if (other !== call.ws) other.close(1000)
      says()(call)
    }),
    rootCause: 'second-call',
    summary: /^with two calls at the same time, the bot hangs up on the first\.$/,
    exotelError: BY_BOT,
  },
  {
    name: 'stands behind a proxy that cuts idle lines',
    url: async () => (await idleCutter((await serveLab(polite)).port, 700)).url,
    target: {idleMs: 1000},
    rootCause: 'idle',
    summary:
      /^with nobody speaking, the connection breaks after 0\.[6789] s, without a close frame/,
    exotelError: BY_NOBODY,
  },
  {
    name: 'hangs up on a silent line',
    url: bot((call) => {
      ;(call.number >= 5 ? after(600, closes(1011)) : polite)(call)
    }),
    target: {idleMs: 1000},
    rootCause: 'idle',
    summary: /^with nobody speaking, the bot closes the stream after \d\.\d s with 1011/,
    exotelError: BY_BOT,
  },
]

test.concurrent('an echo is healthy in calls of full length, all within 12 s', async ({expect}) => {
  const report = await examineCalls(await bot(echo)(), {longestMs: Number.POSITIVE_INFINITY})

  expect([...idsOf(report, 'fail'), ...idsOf(report, 'warn')]).toEqual([])
  const tookMs = report.checks.reduce((sum, {durationMs}) => sum + durationMs, 0)
  expect(tookMs).toBeLessThan(12_000)
})

testFaults(faults)

type Sound = {
  readonly name: string
  readonly url: () => Promise<string>
  readonly warns: readonly string[]
  readonly target?: NonNullable<CallFault['target']>
}

/** What stops no call is a warning at most. */
const flawed: readonly Sound[] = [
  {
    name: 'stands behind a proxy that cuts lines on which nobody sends',
    url: async () => (await idleCutter((await serveLab(polite)).port, 700, 'both')).url,
    target: {idleMs: 1000},
    warns: ['idle'],
  },
  {name: 'says nothing at all', url: bot(silent), warns: ['first-audio']},
  {name: 'sends digital silence', url: bot(says({isSilent: true})), warns: ['first-audio']},
  {name: 'writes its keys in camelCase', url: bot(says({text: camelCase})), warns: ['conformance']},
  {
    name: 'hangs up in good order once it has spoken',
    url: bot(
      both(
        says(),
        after(800, (call) => {
          if (call.number === 1) closes(1000)(call)
        }),
      ),
    ),
    warns: ['call'],
  },
  {name: 'drops the connection at stop', url: bot(both(echo, at('stop', drops))), warns: ['stop']},
  {
    name: 'closes with an error at stop',
    url: bot(both(echo, at('stop', closes(1011)))),
    warns: ['stop'],
  },
  {name: 'keeps the sid of the last call for all', url: bot(oneSid()), warns: ['second-call']},
]

function oneSid(): Behaviour {
  let last = ''
  const text = (_sid: string, chunk: Buffer) => snakeCase(last, chunk)
  return both(
    at('start', (_call, {stream_sid: sid = ''}) => {
      last = sid
    }),
    says({text}),
  )
}

test.concurrent.for(flawed)(
  'a call still gets through to a bot that $name',
  async ({url, warns, ...circumstances}, {expect}) => {
    const report = await examineCalls(await url(), circumstances)

    expect(idsOf(report, 'fail')).toEqual([])
    expect(idsOf(report, 'warn')).toEqual(warns)
  },
)

test.concurrent(
  'a bot that sends 160 ms every 200 ms is never passed as one that sounds right',
  async ({expect}) => {
    const url = await bot(says({chunkBytes: 2560, pace: 1.25, times: 3}))()

    const {checks} = await examineCalls(url, {longestMs: 4000})

    const {status, summary} = checks.find(({id}) => id === 'conformance') ?? {}
    // Where this machine was too late to tell, it says so.
    expect(`${String(status)}: ${String(summary)}`).toMatch(
      /^(warn: the bot sends a second of audio in |skip: not judged whether it sounds choppy)/,
    )
  },
)

const healthy: readonly Pick<CallFault, 'name' | 'url' | 'target' | 'longestMs'>[] = [
  {name: 'a bot that answers in words', url: bot(polite)},
  {name: 'a bot that greets', url: bot(says())},
  {name: 'a bot without a flow', url: bot(echo), target: {applet: 'none'}},
  {name: 'a bot that loads for a while at start', url: bot(blocksAtStart), longestMs: 4000},
  {
    name: 'a bot that listens behind a Stream applet',
    url: bot(silent),
    target: {applet: 'stream'},
  },
]

/** Nothing is read while it loads, and then all at once; longer than the caller waits for the close. */
function blocksAtStart(call: LabCall): void {
  polite(call)
  call.ws.once('message', () => {
    call.ws.pause()
    const timer = setTimeout(() => {
      call.ws.resume()
    }, 2400)
    call.ws.once('close', () => {
      clearTimeout(timer)
    })
  })
}

test.concurrent.for(healthy)(
  'nothing is said against $name',
  async ({url, ...circumstances}, {expect}) => {
    const report = await examineCalls(await url(), circumstances)

    expect([...idsOf(report, 'fail'), ...idsOf(report, 'warn')]).toEqual([])
  },
)
