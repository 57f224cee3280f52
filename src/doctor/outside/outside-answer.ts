/** What an outside checker said. */
export type OutsideAnswer = {
  /** Undefined: it does not know. */
  readonly isReachable: boolean | undefined
  /** In its own words, as they came. */
  readonly detail: string
}

/**
 * Reads `{"reachable": true | false, "detail": "…"}`, or the JSON report of a doctor that ran there;
 * undefined for everything else.
 */
export function readOutsideAnswer(body: string | undefined): OutsideAnswer | undefined {
  const answer = readObject(body)
  if (!answer) return undefined
  const {reachable, detail} = answer
  if (typeof reachable === 'boolean') {
    return {isReachable: reachable, detail: typeof detail === 'string' ? detail : ''}
  }
  return answer['schemaVersion'] === 1 ? readReport(answer) : undefined
}

function readReport({verdict, summary, rootCause}: Answer): OutsideAnswer | undefined {
  const told = typeof summary === 'string' ? summary : ''
  const detail = `the doctor there says: ${told}`
  if (verdict === 'unknown') return {isReachable: undefined, detail}
  if (verdict !== 'reachable' && verdict !== 'unreachable') return undefined
  // It was given no credentials, so that a bot which asks for them was reached.
  return {isReachable: verdict === 'reachable' || rootCause === 'credentials', detail}
}

/** What is told in it; whatever else it may hold. */
type Answer = Readonly<Record<string, unknown>> & {
  readonly reachable?: unknown
  readonly detail?: unknown
  readonly verdict?: unknown
  readonly summary?: unknown
  readonly rootCause?: unknown
}

function readObject(body: string | undefined): Answer | undefined {
  try {
    const read: unknown = JSON.parse(body ?? '')
    // Any object will do: each member is looked at before it is believed.
    return typeof read === 'object' && read !== null ? (read as Answer) : undefined
  } catch {
    // What is no JSON is no answer.
    return undefined
  }
}
