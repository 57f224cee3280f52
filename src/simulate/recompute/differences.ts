import type {StreamEvent} from '../../protocol/events.js'

/** What the replay makes anew, and the journal holds already. */
export const DERIVED: readonly StreamEvent['type'][] = [
  'bot-audio',
  'gap',
  'cleared',
  'mark-echoed',
  'bot-speech-start',
  'bot-speech-end',
  'violation',
  'closed',
]

/** Beyond so many that wait for their counterpart the two have nothing in common any more. */
const MOST_WAITING = 10_000

type Waiting = {readonly kept: string[]; readonly made: string[]}

/** Compares, kind by kind and in order, what a journal holds with what its replay made. */
export class Differences {
  readonly #waiting = new Map<string, Waiting>()
  readonly #counts = new Map<string, number>()

  kept(event: StreamEvent): void {
    this.#add(event, 'kept')
  }

  made(event: StreamEvent): void {
    this.#add(event, 'made')
  }

  /** One sentence a kind of event, once all is in. */
  tell(): readonly string[] {
    for (const [type, {kept, made}] of this.#waiting) {
      this.#count(type, Math.max(kept.length, made.length))
    }
    return [...this.#counts].map(
      ([type, count]) =>
        `${count === 1 ? 'One event' : `${String(count)} events`} "${type}" of the journal and of its replay differ; the report is that of the replay.`,
    )
  }

  #add(event: StreamEvent, side: keyof Waiting): void {
    const waiting = this.#waiting.get(event.type) ?? {kept: [], made: []}
    this.#waiting.set(event.type, waiting)
    const other = waiting[side === 'kept' ? 'made' : 'kept'].shift()
    const own = JSON.stringify(event)
    if (other !== undefined) this.#count(event.type, other === own ? 0 : 1)
    else if (waiting[side].length < MOST_WAITING) waiting[side].push(own)
    else this.#count(event.type, 1)
  }

  #count(type: string, count: number): void {
    if (count > 0) this.#counts.set(type, (this.#counts.get(type) ?? 0) + count)
  }
}
