import type {LogCategory} from '../log.js'

/** Those of `log.ts`, written here too, because the help of a command loads no log; a test holds the two together. */
export const LOG_CATEGORIES = [
  'CONNECTION',
  'WEBSOCKET',
  'MEDIA',
  'BIDIRECTIONAL',
  'TRANSCRIPTION',
  'DTMF',
  'ERROR',
  'SYSTEM',
] as const satisfies readonly LogCategory[]
