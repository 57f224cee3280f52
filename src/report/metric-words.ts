/** What a number is called, which way it is worse, and what is usual: data for whoever shows or compares it. */
export type MetricWords = {
  /** For a heading: `Response`. */
  readonly label: string
  readonly unit: 'ms' | 'count' | 'ratio'
  /** Absent where neither way is worse. */
  readonly worse?: 'higher' | 'lower'
  /** Up to here (down to here, where lower is worse) it makes no difference to anyone. */
  readonly fineAt?: number
  /** Each value is 0 or 1, so that their mean is a rate and their median says nothing. */
  readonly isFlag?: true
  /** The highest value that is excellent, and the highest that is good. */
  readonly bands?: readonly [excellent: number, good: number]
  /** Below this it is poor again: the bot spoke over the caller. */
  readonly talkOverFrom?: number
}

/** An answer that begins this long before the caller has finished is talk-over (ServiceNow EVA: none under -500 ms). */
export const TALK_OVER_MS = -500

export type Band = 'excellent' | 'good' | 'poor'

/**
 * The bands: first media and the time between messages as in the dashboard of Exotel's samples, the
 * greeting as in their notes (cached under 1 s, generated 1 to 3 s); the response from the best mean
 * of the tau-voice leaderboard to where ServiceNow's EVA takes off marks; the stop as measured over
 * that leaderboard.
 */
export const METRIC_WORDS: Readonly<Record<string, MetricWords>> = {
  greetingMs: {label: 'Greeting', unit: 'ms', worse: 'higher', bands: [1000, 3000]},
  responseMs: {
    label: 'Response',
    unit: 'ms',
    worse: 'higher',
    fineAt: 0,
    bands: [1150, 2000],
    talkOverFrom: TALK_OVER_MS,
  },
  firstAudioMs: {label: 'First audio of an answer', unit: 'ms', worse: 'higher', fineAt: 0},
  responseRate: {label: 'Turns answered', unit: 'ratio', worse: 'lower'},
  bargeInStopMs: {label: 'Stop when interrupted', unit: 'ms', worse: 'higher', bands: [410, 1370]},
  clearMs: {label: 'Clear when interrupted', unit: 'ms', worse: 'higher'},
  recoveryMs: {label: 'Answer to an interruption', unit: 'ms', worse: 'higher'},
  unheardMs: {label: 'Audio never heard', unit: 'ms', worse: 'higher', fineAt: 2000},
  falseYield: {label: 'Stopped for "mm-hmm"', unit: 'ratio', worse: 'higher', isFlag: true},
  spuriousResponse: {label: 'Answered noise', unit: 'ratio', worse: 'higher', isFlag: true},
  answerMs: {label: 'Answer to a message', unit: 'ms', worse: 'higher'},
  promptMs: {label: 'Prompt to a silent caller', unit: 'ms', worse: 'higher'},
  talkOverMs: {label: 'Both at once', unit: 'ms', worse: 'higher'},
  gapMs: {label: 'Silence in speech', unit: 'ms', worse: 'higher'},
  gapLateMs: {label: 'Silence: chunk too late', unit: 'ms', worse: 'higher'},
  gapShortMs: {label: 'Silence: short packet', unit: 'ms', worse: 'higher'},
  gapOddMs: {label: 'Silence: odd bytes', unit: 'ms', worse: 'higher'},
  underruns: {label: 'Holes in speech', unit: 'count', worse: 'higher'},
  underrunRate: {label: 'Holes a minute of speech', unit: 'ratio', worse: 'higher'},
  deliveryRatio: {label: 'Pace of delivery', unit: 'ratio', worse: 'lower', fineAt: 1},
  leadMs: {label: 'Furthest ahead of the ear', unit: 'ms', worse: 'higher', fineAt: 2000},
  leadMeanMs: {label: 'Ahead of the ear, mean', unit: 'ms', worse: 'higher', fineAt: 2000},
  firstMediaMs: {label: 'First media message', unit: 'ms', worse: 'higher', bands: [200, 500]},
  interEventMs: {label: 'Messages late by', unit: 'ms', worse: 'higher', bands: [50, 100]},
  interEventMaxMs: {label: 'Latest message late by', unit: 'ms', worse: 'higher'},
  closingAfterMarkMs: {label: 'End after the last mark', unit: 'ms'},
  markRoundTripMs: {label: 'Slowest mark', unit: 'ms'},
  handshakeMs: {label: 'Handshake', unit: 'ms', worse: 'higher'},
  dnsMs: {label: 'Handshake: name', unit: 'ms', worse: 'higher'},
  tcpMs: {label: 'Handshake: TCP', unit: 'ms', worse: 'higher'},
  tlsMs: {label: 'Handshake: TLS', unit: 'ms', worse: 'higher'},
  upgradeMs: {label: 'Handshake: upgrade', unit: 'ms', worse: 'higher'},
  speechToSilenceRatio: {label: 'Speech to silence', unit: 'ratio'},
  interruptionsPerMin: {label: 'Interruptions a minute', unit: 'ratio'},
  turnsPerMin: {label: 'Turns a minute', unit: 'ratio'},
}

/** Above this a reply was handed over as a whole, and its pace says nothing. */
const AT_ONCE_RATIO = 10

/** In words, where a `deliveryRatio` is no pace at all. */
export function paceWords(deliveryRatio: number): string | undefined {
  return deliveryRatio > AT_ONCE_RATIO ? 'sent at once, not paced' : undefined
}

/** A metric that is not known here is shown by its name, and is never worse. */
export function wordsOf(metric: string): MetricWords {
  const known = Object.hasOwn(METRIC_WORDS, metric) ? METRIC_WORDS[metric] : undefined
  return known ?? {label: metric, unit: metric.endsWith('Ms') ? 'ms' : 'ratio'}
}

/** The band in words: an answer that came too early is not a slow one. */
export function bandWords(metric: string, value: number): string | undefined {
  return isTalkOver(metric, value) ? 'began before the caller had finished' : bandOf(metric, value)
}

function isTalkOver(metric: string, value: number): boolean {
  return value < (wordsOf(metric).talkOverFrom ?? -Infinity)
}

/** Absent where nobody has said what is usual. */
export function bandOf(metric: string, value: number): Band | undefined {
  const {bands} = wordsOf(metric)
  if (!bands) return undefined
  if (isTalkOver(metric, value)) return 'poor'
  const [excellent, good] = bands
  if (value <= excellent) return 'excellent'
  return value <= good ? 'good' : 'poor'
}
