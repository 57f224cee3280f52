import type {Fault} from './corpus.js'
import type {RawBot, RawBotOptions} from './raw-bot.js'

/** Longer than any call. */
const NEVER_MS = 3_600_000

function same(options: Partial<RawBotOptions>) {
  return () => options
}

function closing(afterMs: number, code: number) {
  return same({
    besides(bot: RawBot) {
      bot.later(afterMs, () => {
        bot.close(code)
      })
    },
  })
}

/** Takes its own voice for the caller's: clears, and begins again. */
function interruptItself(bot: RawBot, times = 6): void {
  if (times === 0) return
  bot.later(900, () => {
    if (bot.isPlaying) {
      bot.stopGenerating()
      bot.clear()
      bot.later(300, () => {
        bot.reply()
      })
    }
    interruptItself(bot, times - 1)
  })
}

/** Faults of marks, of interruptions and of the conversation. */
export const talkingFaults: readonly Fault[] = [
  {
    name: 'every mark answered with a mark',
    cause: 'mark-loop',
    options: same({
      marks: 'after',
      onMark(name, bot) {
        bot.say({event: 'mark', name})
      },
    }),
  },
  {
    name: 'the mark before its audio',
    cause: 'mark-before-audio',
    options: same({marks: 'before'}),
  },
  {
    name: 'waits for marks that clear dropped',
    cause: 'waits-for-mark',
    options: same({marks: 'each', waitsForMarks: true, leadMs: 400}),
  },
  {name: 'deaf while it speaks', cause: 'never-clears', options: same({onBargeIn: 'nothing'})},
  {
    name: 'deaf while it speaks, at length',
    cause: 'never-clears',
    options: same({onBargeIn: 'nothing', replyMs: 6000}),
  },
  {
    name: 'clears and goes on sending',
    cause: 'sends-after-clear',
    options: same({onBargeIn: 'clear-and-go-on', replyMs: 5000}),
  },
  {
    name: 'stops generating and leaves its queue',
    cause: 'leaves-queue',
    options: same({onBargeIn: 'stop', pace: 0.4, replyMs: 5000}),
  },
  {
    name: 'sends all at once and leaves its queue',
    cause: 'leaves-queue',
    options: same({onBargeIn: 'stop', leadMs: 60_000, replyMs: 4500}),
  },
  {
    name: 'a clear for every frame of speech',
    cause: 'clear-storm',
    options: same({clearsAt: 'every-frame'}),
  },
  {name: 'answers after 4 s', cause: 'answers-late', options: same({answerAfterMs: 4000})},
  {name: 'answers after 3 s', cause: 'answers-late', options: same({answerAfterMs: 3000})},
  {name: 'greets after 4 s', cause: 'greets-late', options: same({greetAfterMs: 4000})},
  {
    name: 'does not greet',
    cause: 'never-greets',
    options: same({greetAfterMs: NEVER_MS}),
  },
  {
    name: 'greets and never answers',
    cause: 'never-answers',
    options: same({answers: () => false}),
  },
  {
    name: 'answers speech and no keys',
    cause: 'ignores-digits',
    options: same({answers: (input) => input === 'speech'}),
  },
  {
    name: 'sends the caller back',
    cause: 'echoes-caller',
    options: same({echoes: true, greetAfterMs: NEVER_MS, answers: () => false}),
  },
  {
    name: 'clears 1.4 s after the caller has begun',
    cause: 'clears-late',
    options: same({bargeInAfterMs: 1400, replyMs: 5000}),
  },
  {
    name: 'interrupts itself',
    cause: 'hears-itself',
    options: same({besides: (bot) => interruptItself(bot), replyMs: 3000}),
  },
  {name: 'hangs up after the greeting', cause: 'hangs-up-early', options: closing(4500, 1000)},
  {name: 'hangs up in an answer', cause: 'hangs-up-early', options: closing(8000, 1000)},
  {name: 'closes without a code', cause: 'hangs-up-early', options: closing(6000, 1005)},
  {name: 'closes with 1011', cause: 'closes-abnormally', options: closing(5000, 1011)},
  {name: 'closes with 4000', cause: 'closes-abnormally', options: closing(7000, 4000)},
  {name: 'crashes', cause: 'closes-abnormally', options: closing(6500, 1006)},
  {
    name: 'says nothing at all',
    cause: 'nothing-sent',
    options: same({greetAfterMs: NEVER_MS, answers: () => false}),
  },
]
