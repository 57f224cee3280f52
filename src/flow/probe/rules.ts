import {
  CALL_DETAILS_PAGE,
  GUIDE_PAGE,
  PASSTHRU_PAGE,
  REACH_PAGE,
  VOICEBOT_PAGE,
} from '../check/sources.js'
import type {Severity} from '../finding.js'

type ProbeRule = {
  readonly severity: Severity
  /** The public page behind it, or that it is our inference. */
  readonly source: string
  /** Of the endpoint, wherever in the flow it is asked; told once, with the first place. */
  readonly isOfEndpoint?: true
}

const CONNECT_PAGE = 'support.exotel.com 3000096873'
const CALLBACK_PAGE = 'developer.exotel.com/api/statuscallback'
const BY_GET = `inferred: no page names the method, and the other applets ask by GET (${CALL_DETAILS_PAGE})`

/** What the answers of a flow's URLs can have wrong. */
export const PROBE_RULES = {
  'probe-no-answer': {
    severity: 'error',
    source: `inferred: no page names a limit, so it is that of a stream (${REACH_PAGE})`,
    isOfEndpoint: true,
  },
  'probe-slow': {
    severity: 'warning',
    source: 'inferred: no page names a limit; the caller hears nothing meanwhile',
    isOfEndpoint: true,
  },
  'probe-dynamic-status': {severity: 'error', source: VOICEBOT_PAGE, isOfEndpoint: true},
  'probe-dynamic-json': {severity: 'error', source: VOICEBOT_PAGE, isOfEndpoint: true},
  'probe-dynamic-named-url': {severity: 'error', source: VOICEBOT_PAGE, isOfEndpoint: true},
  'probe-dynamic-placeholder': {
    severity: 'error',
    source: 'inferred: Exotel fills nothing into a URL, and no public page says that it would',
    isOfEndpoint: true,
  },
  'probe-dynamic-own-host': {
    severity: 'error',
    source: REACH_PAGE,
    isOfEndpoint: true,
  },
  'probe-dynamic-ws': {
    severity: 'warning',
    source: GUIDE_PAGE,
    isOfEndpoint: true,
  },
  'probe-dynamic-limits': {severity: 'error', source: VOICEBOT_PAGE, isOfEndpoint: true},
  'probe-dynamic-rate': {severity: 'error', source: VOICEBOT_PAGE},
  'probe-dynamic-rate-unset': {severity: 'info', source: VOICEBOT_PAGE, isOfEndpoint: true},
  'probe-dynamic-two-rates': {severity: 'error', source: VOICEBOT_PAGE, isOfEndpoint: true},
  'probe-dynamic-rate-misspelt': {severity: 'warning', source: VOICEBOT_PAGE, isOfEndpoint: true},
  'probe-dynamic-parameter-twice': {
    severity: 'warning',
    source: VOICEBOT_PAGE,
    isOfEndpoint: true,
  },
  'probe-dynamic-mulaw': {severity: 'error', source: VOICEBOT_PAGE, isOfEndpoint: true},
  'probe-dynamic-parameters': {severity: 'warning', source: VOICEBOT_PAGE},
  'probe-dynamic-second-call': {severity: 'error', source: VOICEBOT_PAGE, isOfEndpoint: true},
  'probe-dynamic-post': {
    severity: 'info',
    source: BY_GET,
    isOfEndpoint: true,
  },
  'probe-dynamic-methods': {
    severity: 'info',
    source: BY_GET,
    isOfEndpoint: true,
  },
  'probe-passthru-status': {severity: 'error', source: PASSTHRU_PAGE, isOfEndpoint: true},
  'probe-passthru-async': {severity: 'warning', source: PASSTHRU_PAGE, isOfEndpoint: true},
  'probe-passthru-forms': {severity: 'error', source: PASSTHRU_PAGE, isOfEndpoint: true},
  'probe-passthru-repeat': {
    severity: 'warning',
    source: GUIDE_PAGE,
    isOfEndpoint: true,
  },
  'probe-passthru-unchosen': {severity: 'error', source: PASSTHRU_PAGE},
  'probe-passthru-branch-not-seen': {severity: 'info', source: PASSTHRU_PAGE},
  'probe-passthru-redirect': {severity: 'info', source: PASSTHRU_PAGE, isOfEndpoint: true},
  'probe-connect-status': {severity: 'error', source: CONNECT_PAGE, isOfEndpoint: true},
  'probe-connect-json': {severity: 'error', source: CONNECT_PAGE, isOfEndpoint: true},
  'probe-connect-numbers': {severity: 'error', source: CONNECT_PAGE, isOfEndpoint: true},
  'probe-callback': {severity: 'warning', source: CALLBACK_PAGE, isOfEndpoint: true},
} as const satisfies Readonly<Record<string, ProbeRule>>

type ProbeId = keyof typeof PROBE_RULES

/** One thing that the answers of an endpoint have wrong, before its place in the file is known. */
export type Fault = {
  readonly id: ProbeId
  /** Of the applet, where it is not the URL itself: `on302`, `parameters`. */
  readonly field?: string
  readonly summary: string
  readonly fix: string
}

export function ruleOf(id: ProbeId): ProbeRule {
  return PROBE_RULES[id]
}
