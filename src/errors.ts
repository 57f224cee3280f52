/** Every failure the user can act on: its kind decides the exit code, its hint what to do now. */
export const errorCatalogue = {
  EXO_USAGE: {kind: 'usage', hint: 'Run "exostream --help" for the commands and their flags.'},
  EXO_SCENARIO_NOT_FOUND: {
    kind: 'usage',
    hint: 'Run "exostream simulate --list" for the built-in scenarios, or give the path of a YAML file.',
  },
  EXO_SCENARIO_INVALID: {
    kind: 'usage',
    hint: 'Mend the lines named above; the README shows a whole scenario.',
  },
  EXO_DATA_INVALID: {
    kind: 'usage',
    hint: 'Give --data a CSV file: a header with from, to and parameter names, then a row for each caller.',
  },
  EXO_FLOW_NOT_FOUND: {
    kind: 'usage',
    hint: 'Give the path of a flow.yaml; "exostream flow init" writes one.',
  },
  EXO_FLOW_INVALID: {
    kind: 'usage',
    hint: 'Mend the lines named above; "exostream flow print --as yaml URL" prints a whole flow, "exostream flow check --schema" the schema.',
  },
  EXO_CONFIG_NOT_FOUND: {
    kind: 'usage',
    hint: 'Give --config a file that can be read; "exostream serve --print-config" prints one to begin with.',
  },
  EXO_CONFIG_INVALID: {
    kind: 'usage',
    hint: 'Mend what is named above; "exostream serve --print-config" in another folder prints a whole file.',
  },
  EXO_TEMPLATE_NOT_FOUND: {
    kind: 'usage',
    hint: 'Give a folder that holds a template.yaml, or one of the built-in templates: emi, sales.',
  },
  EXO_TEMPLATE_INVALID: {
    kind: 'usage',
    hint: 'Mend the lines named above; the README shows a whole template.',
  },
  EXO_AUDIO_UNREADABLE: {
    kind: 'usage',
    hint: 'Give a WAV file of PCM, float, mu-law or A-law audio; "ffmpeg -i IN -ac 1 -ar 8000 OUT.wav" makes one.',
  },
  EXO_NO_SPEECH: {
    kind: 'environment',
    hint: 'Install it ("apt-get install espeak-ng" or "brew install espeak-ng"), or give a WAV file instead of the text.',
  },
  EXO_SPEECH_FAILED: {
    kind: 'environment',
    hint: 'Run "espeak-ng WORDS" to see what is wrong with it, or give a WAV file instead of the text.',
  },
  EXO_REPORT_INVALID: {
    kind: 'usage',
    hint: 'Give a report.json that "exostream simulate" or "exostream load" wrote, or the folder it is in.',
  },
  EXO_REPORTS_DIFFER: {
    kind: 'usage',
    hint: 'Compare two runs of the same scenarios with the same settings; only the bot may differ.',
  },
  EXO_REPORTS_NOT_MERGED: {
    kind: 'usage',
    hint: 'Merge the shards of one load run, each once, or runs of the same scenarios with the same settings.',
  },
  EXO_BOT_INVALID: {
    kind: 'usage',
    hint: 'Name a built-in bot (playback, echo, converse, sink; serve has relay too) or a module whose default export is an async function of a call.',
  },
  EXO_BOT_NOT_LOADED: {
    kind: 'usage',
    hint: 'Mend the module; "node FILE" loads it alone and shows the whole error.',
  },
  EXO_JOURNAL_INVALID: {
    kind: 'usage',
    hint: 'Give journals as exostream simulate keeps them, such as .exostream/calls/NAME/journal.ndjson.',
  },
  EXO_LOGS_NOT_FOUND: {
    kind: 'usage',
    hint: 'Start "exostream serve" in this folder first, or name its log folder with --log-dir.',
  },
  EXO_NO_TARGET: {
    kind: 'usage',
    hint: 'Give the URL of your bot, such as ws://127.0.0.1:5000/media, or run "exostream serve" in this folder; "exostream simulate --bot playback" needs neither.',
  },
  EXO_URL_INVALID: {
    kind: 'usage',
    hint: 'Give a ws:// or wss:// URL, such as ws://127.0.0.1:5000/media, or the http(s):// URL that names one.',
  },
  EXO_PORT_IN_USE: {
    kind: 'environment',
    hint: 'Pass --port 0 to take any free port, or stop what listens there.',
  },
  EXO_LISTEN_FAILED: {
    kind: 'environment',
    hint: 'Check --host: it must be an address of this machine, such as 0.0.0.0 or 127.0.0.1.',
  },
  EXO_TUNNEL_MISSING: {
    kind: 'environment',
    hint: 'Install it, or give the address of a tunnel or proxy that runs already with --public-url.',
  },
  EXO_TUNNEL_FAILED: {
    kind: 'environment',
    hint: 'Run the program by hand to see all that it says, take another with --tunnel, or give --public-url.',
  },
  EXO_DATA_DIR: {
    kind: 'environment',
    hint: 'Free some space, or name a folder or file that can be written.',
  },
  EXO_SERVE_SILENT: {kind: 'environment', hint: 'Stop it, or give the URL of your bot.'},
  EXO_DNS_FAILED: {
    kind: 'environment',
    hint: 'Check the spelling of the host, and that your tunnel is up: a free tunnel takes a new name at each start.',
  },
  EXO_DIAL_REFUSED: {
    kind: 'environment',
    hint: 'Start the bot, and check the port: nothing accepts connections there.',
  },
  EXO_DIAL_FAILED: {
    kind: 'environment',
    hint: 'Check that the bot runs and that host and port are right; "exostream doctor URL" goes the way step by step.',
  },
  EXO_DIAL_TIMEOUT: {
    kind: 'environment',
    hint: 'Exotel waits 10 s for the WebSocket to open: accept it first, load models afterwards.',
  },
  EXO_DYNAMIC_URL: {
    kind: 'environment',
    hint: 'Check that the endpoint runs; it has to answer GET with 200 and {"url": "wss://..."} within 10 s, better within one.',
  },
  EXO_TLS_FAILED: {
    kind: 'environment',
    hint: 'Exotel needs a certificate that a public CA signed, valid for the host name and complete with its chain; "exostream doctor URL" says what is wrong with it.',
  },
  EXO_TLS_FILES: {
    kind: 'usage',
    hint: 'Give PEM files: --tls-cert with the certificate and its chain, --tls-key with its key, without a passphrase.',
  },
  EXO_UPGRADE_REFUSED: {
    kind: 'environment',
    hint: 'Check the path of the URL, and that a proxy in front passes the WebSocket upgrade on; "exostream doctor URL" says who refused it.',
  },
  EXO_UNAUTHORIZED: {
    kind: 'environment',
    hint: 'Put the credentials into the URL, as in Exotel: wss://KEY:TOKEN@host/path.',
  },
  EXO_NOT_WEBSOCKET: {
    kind: 'environment',
    hint: 'Give the URL of the WebSocket endpoint; what answers there does not speak WebSocket.',
  },
  EXO_BOT_CLOSED: {
    kind: 'environment',
    hint: 'Look at the log of the bot for that moment; a bot should close with 1000, after its last mark.',
  },
  EXO_CONNECTION_LOST: {
    kind: 'environment',
    hint: 'Look at the log of the bot for a crash, and at a proxy in between for a limit on time or size.',
  },
  EXO_BOT_THREW: {kind: 'environment', hint: 'Mend the bot at the place that its error names.'},
  EXO_MESSAGE_REFUSED: {
    kind: 'environment',
    hint: 'Send at most 100,000 bytes of audio a message, as JSON text.',
  },
  EXO_SESSION_LIMIT: {
    kind: 'environment',
    hint: 'Shorten the scenario, or look in the timeline for a bot that does not stop speaking.',
  },
  EXO_FLOW_NO_STREAM: {
    kind: 'environment',
    hint: 'Put a Voicebot or Stream applet where the call came along, or say with --ends-at where it is meant to end; "exostream flow check FILE" tells more.',
  },
  EXO_FLOW_ENDED_ELSEWHERE: {
    kind: 'environment',
    hint: 'Look at the answers of the Passthru applets above: 200 takes on200, 302 takes on302.',
  },
  EXO_FLOW_LOOP: {
    kind: 'environment',
    hint: 'Let one of the applets in the circle lead out of it, to a Hangup applet or to end.',
  },
  EXO_FLOW_STEP_FAILED: {
    kind: 'environment',
    hint: 'Mend the endpoint: a Passthru has to answer with 200 or 302, a status callback with 200, within 10 s, better within one. "exostream flow check --probe FILE" asks each.',
  },
  EXO_CALL_DROPPED: {
    kind: 'environment',
    hint: 'Let this machine make fewer calls, or share them out with --shard; "ulimit -n" is how many sockets a process may open.',
  },
  EXO_THREAD_DIED: {
    kind: 'environment',
    hint: 'Let this machine make fewer calls at once (--shard shares them out); when memory was not what it lacked, report the words above.',
  },
  EXO_INTERRUPTED: {kind: 'environment', hint: 'Run the same command again and let it finish.'},
} as const satisfies Record<string, {kind: 'usage' | 'environment'; hint: string}>

export type ErrorCode = keyof typeof errorCatalogue
export type ErrorKind = (typeof errorCatalogue)[ErrorCode]['kind']

/** A failure the user can act on. Anything else that is thrown is a bug in exostream. */
export class ExostreamError extends Error {
  override readonly name = 'ExostreamError'
  readonly code: ErrorCode
  /** What Exotel itself would show, for a dial that failed. */
  readonly exotelError: string | undefined
  readonly #hint: string | undefined

  /** @param options.hint where more is known than the code tells */
  constructor(
    code: ErrorCode,
    message: string,
    options?: ErrorOptions & {exotelError?: string; hint?: string | undefined},
  ) {
    super(message, options)
    this.code = code
    this.exotelError = options?.exotelError
    this.#hint = options?.hint
  }

  get kind(): ErrorKind {
    return errorCatalogue[this.code].kind
  }

  get hint(): string {
    return this.#hint ?? errorCatalogue[this.code].hint
  }
}
