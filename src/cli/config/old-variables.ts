type Env = Readonly<Record<string, string | undefined>>

/** What to do instead of a variable that had this value; the value is shown only where it was understood. */
type Advice = (value: string) => string

const PORT_ADVICE: Advice = (value) =>
  /^\d{1,5}$/.test(value)
    ? `use --port ${value} or EXOSTREAM_PORT=${value}`
    : 'use --port or EXOSTREAM_PORT'

const LEVELS: Readonly<Record<string, string>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'error',
}

const NO_STORE: Advice = () =>
  'nothing takes its place: what a Passthru says of a customer is kept in the process'

const NO_DASHBOARD: Advice = () =>
  'there is no dashboard; "exostream logs --follow" shows the calls as they happen'

/** The variables of other servers for Exotel's streaming that have a meaning here under another name. */
const OLD_VARIABLES: Readonly<Record<string, Advice>> = {
  AUDIO_DUMP_ENABLED: (value) =>
    isOn(value) ? 'use --dump or EXOSTREAM_DUMP=true' : 'nothing is dumped unless --dump says so',
  AUDIO_DUMP_DIR: () => 'use --dump-dir or EXOSTREAM_DUMP_DIR',
  AUDIO_DUMP_FORMAT: (value) =>
    /^(wav|raw)$/.test(value)
      ? `use --dump-format ${value} or EXOSTREAM_DUMP_FORMAT=${value}`
      : 'use --dump-format or EXOSTREAM_DUMP_FORMAT, with wav or raw',
  ECHO_PORT: PORT_ADVICE,
  WEBSOCKET_PORT: PORT_ADVICE,
  WEBSOCKET_HOST: () => 'use --host or EXOSTREAM_HOST',
  DASHBOARD_PORT: NO_DASHBOARD,
  WEB_DASHBOARD_PORT: NO_DASHBOARD,
  ENABLE_DASHBOARD: NO_DASHBOARD,
  SILENCE_THRESHOLD: (value) => {
    const silenceMs = Math.round(Number(value) * 1000)
    return silenceMs > 0
      ? `it was in seconds; use --bot converse --silence-ms ${String(silenceMs)}`
      : 'it was in seconds; use --bot converse with --silence-ms'
  },
  IMMEDIATE_ECHO_MODE: (value) => `use --bot ${isOn(value) ? 'echo' : 'converse'}`,
  LOG_LEVEL: (value) => {
    const level = LEVELS[value.toUpperCase()]
    return level === undefined
      ? 'use --log-level or EXOSTREAM_LOG_LEVEL'
      : `use --log-level ${level} or EXOSTREAM_LOG_LEVEL=${level}`
  },
  REDIS_URL: NO_STORE,
  PUBSUB_ADAPTER: NO_STORE,
  SUPPORT_EXOTEL: () => "nothing takes its place: Exotel's messages are always understood",
}

/** One hint for each of them that is set, so that nobody waits for it to do something. */
export function oldVariableHints(env: Env): readonly string[] {
  return Object.entries(OLD_VARIABLES).flatMap(([name, advice]) => {
    const value = env[name]
    return value === undefined || value === ''
      ? []
      : [`${name} is set, and is not read here: ${advice(value.trim())}.`]
  })
}

function isOn(value: string): boolean {
  return /^(1|true|yes|on)$/i.test(value)
}
