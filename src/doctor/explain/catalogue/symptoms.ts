import type {Words} from '../explanation.js'

/** What goes wrong in a call, in the words of who hears it. */
export type SymptomRow = Words & {
  readonly id: string
  readonly words: RegExp
  /** The check of doctor that proves it; none where what it looks at is healthy. */
  readonly check?: string
  readonly source: string
  readonly isInferred?: true
}

const SAMPLES = 'github.com/exotel/Agent-Stream'
const GUIDE = 'developer.exotel.com/docs/agentstream/developer-guide'
const MONITORING = 'developer.exotel.com/docs/agentstream/wss-errors-monitoring'
const CHUNKS = 'support.exotel.com 3000108630'

const APPLETS = 'developer.exotel.com/docs/agentstream/stream-voicebot-applet'

const PASSTHRU = 'pass-?thr(?:u|ough)'
const DROPS = /\b(?:drop|disconnect|hang|hung|cut|end|clos|stop|die)[a-z]{0,8}\b/

/** The narrower words first: one sentence has one answer. */
export const symptomRows: readonly SymptomRow[] = [
  {
    id: 'symptom-four-seconds',
    words: new RegExp(
      `${DROPS.source}.{0,40}\\b(?:[345]|three|four|five) ?s(?:ec(?:ond)?s?)?\\b`,
      'i',
    ),
    meaning:
      'A call that ends after about four seconds is a bot that is joined wrongly, as Exotel says.',
    causes: [
      'The path in the URL is wrong, and something else accepted the WebSocket.',
      'The bot never answers: its receive loop is blocked.',
      'The bot sent a whole reply at once instead of at the pace of speech.',
      'The bot closes when its greeting is over.',
    ],
    fix: 'Check the path, answer start with audio at once, pace the audio near real time, and keep the WebSocket open until stop arrives.',
    check: 'call',
    source: SAMPLES,
  },
  {
    id: 'symptom-nothing-behind-passthru',
    words: new RegExp(
      `\\b(?:${PASSTHRU}\\b.{0,80}\\bcalls?\\b.{0,30}${DROPS.source}|calls?\\b.{0,30}${DROPS.source}.{0,40}\\b${PASSTHRU}\\b)`,
      'i',
    ),
    meaning:
      'A call that ends at the Passthru, though the Passthru answers well, most often comes from a flow with no Voicebot or Stream applet behind it: nobody ever calls the bot.',
    causes: [
      'The flow is Passthru and then its end: the Voicebot applet is missing, or the flow was not saved with it.',
      'The Voicebot applet is behind the other branch: 200 takes the first, 302 the second.',
      'The ExoPhone is assigned to another flow, or to an older one.',
    ],
    fix: 'Add a Voicebot applet behind the Passthru, with the URL of the bot in it; write the flow down, and let it be checked:\nexostream flow init\nexostream flow check',
    source: APPLETS,
  },
  {
    id: 'symptom-drops',
    words: new RegExp(`\\bcalls?\\b.{0,30}${DROPS.source}`, 'i'),
    meaning:
      'A call that is cut off is one whose WebSocket was closed or broke; the close code says which.',
    causes: [
      'The bot closed: an exception, the end of its handler, a time limit of its own.',
      'The connection broke (1006): the bot crashed, or a proxy in front dropped it.',
      'A header, the path or a limit of the proxy is wrong, when it happens right after start.',
    ],
    fix: 'Look in the log of the bot for the close code, and explain that; let doctor make the call meanwhile.',
    check: 'call',
    source: `${GUIDE}; ${MONITORING}`,
  },
  {
    id: 'symptom-slow-voice',
    words:
      /\b(?:slow|deep|fast|chipmunk|(?:low|high)[- ]pitched)\b[a-z -]{0,10}\b(?:voice|speech|audio)\b|\b(?:voice|speech|audio)\b.{0,20}\b(?:slow|deep|fast|(?:low|high)[- ]pitched)(?:er)?\b/i,
    meaning:
      'A voice that is slow and deep, or fast and high, is audio of another sample rate than that of the stream.',
    causes: [
      'The speech engine gives 16,000 or 24,000 Hz, and the stream has 8,000: it sounds slow and deep.',
      'The engine gives 8,000 Hz, and the URL asks for more: it sounds fast and high.',
    ],
    fix: 'Convert the audio to media_format.sample_rate of start, or ask for the rate of the engine in the URL: ?sample-rate=16000.',
    check: 'conformance',
    source: SAMPLES,
  },
  {
    id: 'symptom-choppy',
    words:
      /\b(?:chopp|stutter|jitter|crackl|glitch|brok(?:en|es) up|breaks? up|broken (?:audio|voice)|gaps?\b|holes?\b|robotic)/i,
    meaning:
      'Audio that is choppy has holes in it: the next chunk comes after the last one has been played.',
    causes: [
      'The bot sends slower than real time: it sleeps after each chunk, and the sleeps add up.',
      'The chunks are small and uneven, or no multiple of 320 bytes.',
      'The machine of the bot is busy.',
    ],
    fix: 'Send each chunk at a time counted from the first one, 100 to 300 ms ahead of the ear, in multiples of 320 bytes.',
    check: 'conformance',
    source: CHUNKS,
  },
  {
    id: 'symptom-noise',
    words: /\b(?:static|nois[ey]|hiss|garbled|gibberish|distort|click(?:s|ing))/i,
    meaning:
      'Noise in place of a voice is audio of another form than 16-bit PCM, little-endian, mono.',
    causes: [
      'The bot sends mu-law, MP3 or floats.',
      'Each chunk begins with the header of a WAV file, which is heard as a click.',
      'A chunk has an odd number of bytes, which shifts all samples behind it.',
    ],
    fix: 'Send raw 16-bit samples as base64, without a header, in multiples of 320 bytes.',
    check: 'conformance',
    source: CHUNKS,
  },
  {
    id: 'symptom-no-audio',
    words:
      /\b(?:no|without|missing) (?:audio|sound|voice|greeting)\b|\bsilen(?:ce|t)\b|\b(?:can(?:no|'|’)?t|cannot|not|nothing (?:is |was )?|never) hear[ds]?\b|\bnothing (?:is |was )?heard\b|\bone[- ]way audio\b|\bmute[ds]?\b/i,
    meaning: 'A bot that is not heard sends no audio, sends silence, or sends what cannot be read.',
    causes: [
      'The speech engine failed or takes seconds; the log of the bot says so.',
      'The flow has no greeting, and the bot waits for the caller, who waits for the bot.',
      'The messages are not {"event": "media", "stream_sid": …, "media": {"payload": …}} as text.',
      'The applet is Stream, which only listens; a bot that speaks needs the Voicebot applet.',
    ],
    fix: 'Send a greeting that was made beforehand as soon as start arrives, with the stream_sid of start.',
    check: 'first-audio',
    source: `${SAMPLES}; ${GUIDE}`,
  },
  {
    id: 'symptom-late',
    words: /\b(?:slow|late|lag|laggy|latency|delay(?:ed|s)?)\b/i,
    meaning: 'A bot that answers late keeps callers waiting, and they hang up.',
    causes: [
      'The engines start from cold with the first call.',
      'The end of turn is found late, or the whole reply is made before the first chunk is sent.',
    ],
    fix: 'Greet at once, keep the engines warm, and send the first sentence while the next one is made; measure it:\nexostream simulate URL',
    check: 'first-audio',
    source: SAMPLES,
    isInferred: true,
  },
  {
    id: 'symptom-no-connect',
    words:
      /\b(?:can(?:no|'|’)?t|cannot|could(?:n['’]t| not)|does(?:n['’]t| not)|never|not|unable to|fail(?:s|ed)? to) (?:be )?(?:connect|reach)|\b(?:no|not) connect(?:ion|ed|s)?\b|\bconnection fail(?:s|ed|ure)?\b/i,
    meaning:
      'A bot that is never reached has something wrong in its URL, its DNS, its certificate, a firewall, or its answer to the upgrade.',
    causes: [
      'The URL holds a placeholder, localhost or a private address.',
      'The name does not exist, or a tunnel has ended.',
      'Nothing listens, or a firewall drops the packets.',
      'The certificate is not accepted, or the server answers other than 101.',
    ],
    fix: 'Look in Stream[Error] of the Passthru applet for the reason, and let doctor try each step of the way.',
    check: 'upgrade',
    source: `${GUIDE}; ${MONITORING}`,
  },
]
