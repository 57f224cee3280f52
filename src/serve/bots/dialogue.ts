/** What a template says for one call, after its `when` has been applied. */
export type Script = {
  /** Played at the start, in order; each is the name of a prompt. */
  readonly start: readonly string[]
  /** The answers to the 1st, 2nd, … turn of the caller. */
  readonly turns: readonly (readonly string[])[]
  /** Past the last answer: begin again, or else repeat the last. */
  readonly loop: boolean
  /** By a whole burst of digits or its last one; `other` for the rest. */
  readonly digits: ReadonlyMap<string, readonly string[]>
  readonly silence?: ScriptSilence | undefined
  readonly end?: ScriptEnd | undefined
}

/** Said to a caller who says nothing, counted from the bot's last word. */
type ScriptSilence = {
  readonly afterMs: number
  readonly play: readonly string[]
  /** In a row. */
  readonly times: number
}

/** Takes the place of the answer that would have come. */
type ScriptEnd = {
  readonly afterTurns?: number | undefined
  readonly onDigits?: string | undefined
  readonly play: readonly string[]
}

/** How far a call has come. */
export type Progress = {
  readonly turns: number
  readonly bursts: number
  readonly silences: number
  readonly silencesInRow: number
  readonly hasEnded: boolean
}

export type Input =
  | {readonly type: 'turn'}
  | {readonly type: 'digits'; readonly digits: string}
  | {readonly type: 'silence'}

export type Reply = {
  /** Unique in a call; the marks behind its prompts are named after it. */
  readonly label: string
  readonly play: readonly string[]
  readonly thenHangUp: boolean
}

export const BEGINNING: Progress = {
  turns: 0,
  bursts: 0,
  silences: 0,
  silencesInRow: 0,
  hasEnded: false,
}

export function opening(script: Script): Reply {
  return {label: 'start', play: script.start, thenHangUp: false}
}

/** What comes next; no reply when there is nothing to say to this input. */
export function answer(
  script: Script,
  progress: Progress,
  input: Input,
): {readonly progress: Progress; readonly reply?: Reply} {
  if (progress.hasEnded) return {progress}
  const next = counted(progress, input)
  if (isEnd(script, next, input)) {
    const reply = {label: 'end', play: script.end?.play ?? [], thenHangUp: true}
    return {progress: {...next, hasEnded: true}, reply}
  }
  const play = playFor(script, next, input)
  if (!play) return {progress: next}
  return {progress: next, reply: {label: labelOf(input, next), play, thenHangUp: false}}
}

/** Whether digits mean anything here; if not, they must not stop a prompt that nothing would replace. */
export function takesDigits(script: Script): boolean {
  return script.digits.size > 0 || script.end?.onDigits !== undefined
}

function counted(progress: Progress, input: Input): Progress {
  switch (input.type) {
    case 'turn':
      return {...progress, turns: progress.turns + 1, silencesInRow: 0}
    case 'digits':
      return {...progress, bursts: progress.bursts + 1, silencesInRow: 0}
    case 'silence':
      return {
        ...progress,
        silences: progress.silences + 1,
        silencesInRow: progress.silencesInRow + 1,
      }
  }
}

function isEnd({end}: Script, {turns}: Progress, input: Input): boolean {
  if (!end || input.type === 'silence') return false
  if (input.type === 'turn') return end.afterTurns !== undefined && turns >= end.afterTurns
  return end.onDigits === input.digits || end.onDigits === lastOf(input.digits)
}

function playFor(script: Script, progress: Progress, input: Input): readonly string[] | undefined {
  switch (input.type) {
    case 'turn':
      return turnAnswer(script, progress)
    case 'digits':
      return digitAnswer(script, input.digits)
    case 'silence':
      return progress.silencesInRow <= (script.silence?.times ?? 0)
        ? script.silence?.play
        : undefined
  }
}

function labelOf(input: Input, {turns, bursts, silences}: Progress): string {
  switch (input.type) {
    case 'turn':
      return `turn-${turns}`
    case 'digits':
      return `digits-${bursts}`
    case 'silence':
      return `silence-${silences}`
  }
}

function turnAnswer({turns, loop}: Script, progress: Progress): readonly string[] | undefined {
  const index = progress.turns - 1
  return turns[loop ? index % turns.length : Math.min(index, turns.length - 1)]
}

function digitAnswer({digits}: Script, burst: string): readonly string[] | undefined {
  return digits.get(burst) ?? digits.get(lastOf(burst)) ?? digits.get('other')
}

function lastOf(digits: string): string {
  return digits.slice(-1)
}
