import {Flags} from '@oclif/core'

import {wholeNumber} from './flags.js'
import {duration, mix, rate, shard} from './load-values.js'
import {simulateFlags} from './simulate-flags.js'

const repeatable = {multiple: true, multipleNonGreedy: true} as const

const {profile, header, junit, html, seed, 'data-dir': dataDir} = simulateFlags

/** When calls are made, and how many. */
const arrivals = {
  calls: wholeNumber({
    description: 'how many calls to make; all at once, unless --concurrency or --rate says less',
    env: 'EXOSTREAM_CALLS',
    min: 1,
    max: 100_000,
  }),
  concurrency: wholeNumber({
    description: 'how many calls at once: one that ends makes room for the next',
    env: 'EXOSTREAM_CONCURRENCY',
    min: 1,
    max: 100_000,
  }),
  rate: rate({
    description: 'how many calls to start a second, whatever became of the others: 5, 5/s, 300/min',
    env: 'EXOSTREAM_RATE',
    helpValue: 'N/s',
  }),
  ramp: duration({
    description:
      'over which time the calls become as many as that, such as 30s, 2m or 500ms, a plain number being seconds (default: 20 ms for each call at once; with --rate none)',
    env: 'EXOSTREAM_RAMP',
    helpValue: 'TIME',
  }),
  duration: duration({
    description: 'for how long calls are started; those under way then still end by themselves',
    env: 'EXOSTREAM_DURATION',
    helpValue: 'TIME',
  }),
}

const search = {
  'find-knee': Flags.boolean({
    description:
      'search for the most calls at once that hold the thresholds, up to --concurrency (default: 1000)',
    env: 'EXOSTREAM_FIND_KNEE',
  }),
  from: wholeNumber({
    description: 'the first step of that search (default: 10)',
    env: 'EXOSTREAM_FROM',
    helpValue: 'N',
    min: 1,
    max: 100_000,
  }),
  threshold: Flags.string({
    ...repeatable,
    description:
      "what has to hold over all calls, such as 'p95(responseMs) < 1500' or 'failed < 1 %'; of --find-knee in each step; may be repeated",
    env: 'EXOSTREAM_THRESHOLD',
    helpValue: 'EXPRESSION',
  }),
}

/** What can be asked of a load run. */
export const loadFlags = {
  ...arrivals,
  scenario: Flags.string({
    ...repeatable,
    char: 's',
    description:
      'a built-in scenario or a YAML file; several have equal weight; may be repeated (default: basic)',
    env: 'EXOSTREAM_SCENARIO',
    helpValue: 'NAME|FILE',
  }),
  mix: mix({
    description: 'scenarios by weight, such as sales=3,dtmf=1',
    env: 'EXOSTREAM_MIX',
    helpValue: 'NAME=N,NAME=N',
  }),
  data: Flags.string({
    description:
      'callers from a CSV file: the columns from and to, and custom parameters by their names',
    env: 'EXOSTREAM_DATA',
    helpValue: 'FILE.csv',
  }),
  ...search,
  workers: wholeNumber({
    description: 'how many threads make the calls (default: one for each core)',
    env: 'EXOSTREAM_WORKERS',
    min: 1,
    max: 256,
  }),
  'bot-pid': wholeNumber({
    description: 'the process of the bot on this machine, to be watched with its children',
    env: 'EXOSTREAM_BOT_PID',
    min: 1,
    max: 4_194_304,
  }),
  shard: shard({
    description: 'make this part of the plan, such as 1/4, and leave the others to other machines',
    env: 'EXOSTREAM_SHARD',
    helpValue: 'I/N',
  }),
  profile,
  header,
  'max-session-ms': simulateFlags['max-session-ms'],
  junit,
  html,
  out: Flags.string({
    description: 'keep the report and the recordings of the worst calls in this folder',
    env: 'EXOSTREAM_OUT',
    helpValue: 'DIR',
  }),
  seed,
  'data-dir': dataDir,
}
