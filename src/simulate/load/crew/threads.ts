import {Worker} from 'node:worker_threads'

import type {Clock} from '../../../clock.js'
import {ExostreamError} from '../../../errors.js'
import {asFailure} from '../../outcome.js'
import type {CallOrder, Crew, CrewAudience, KeptRecordings, WantedRecording} from './crew.js'
import type {LoadPlan} from '../plan/load-plan.js'
import type {OpenStreams} from './open-streams.js'
import {
  type FromThread,
  packPlan,
  type ThreadData,
  type ToThread,
  unpackEnded,
  unpackPulse,
} from './thread-messages.js'
import {unmadeCall} from './unmade.js'
import {MOST_SPOOLED_BYTES} from '../worst/worst-audio.js'

export type ThreadsWorld = {
  readonly clock: Clock
  readonly audience: CrewAudience
  /** Where every thread counts those that are open. */
  readonly streams: OpenStreams
  /** Where the audio of the calls may lie while they run. */
  readonly audioIn?: string | undefined
  /** The code of a thread; it has to be JavaScript. */
  readonly file?: URL
}

/** Threads of this process, one lane in each; resolves when all of them are ready. */
export async function openThreads(plan: LoadPlan, world: ThreadsWorld): Promise<Crew> {
  const audienceOf = eachCounted(world.audience)
  const threads = Array.from({length: plan.workers}, (_, number) => {
    return new Thread(number, plan, {...world, audience: audienceOf(number)})
  })
  await Promise.all(threads.map((thread) => thread.ready)).catch(async (error: unknown) => {
    await Promise.all(threads.map((thread) => thread.close()))
    throw error
  })
  return {
    begin(order) {
      const living = threads.filter(({isAlive}) => isAlive)
      // A dead one tells of the call at once that it was not made.
      const [first = threads[0], ...others] = living
      if (!first) throw new RangeError('there is no thread')
      others.reduce((idlest, one) => (one.busy < idlest.busy ? one : idlest), first).begin(order)
    },
    hangUp() {
      for (const thread of threads) thread.tell({type: 'hang-up'})
    },
    async keep(wanted) {
      const parts = await Promise.all(threads.map((thread) => thread.keep(wanted)))
      return {
        kept: parts.flatMap(({kept}) => kept),
        problems: parts.flatMap(({problems}) => problems),
      }
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}

/** A thread tells how many of its own calls are open; what is told further is of all of them. */
function eachCounted(audience: CrewAudience): (thread: number) => CrewAudience {
  const open = new Map<number, number>()
  return (thread) => ({
    ...audience,
    onPulse(pulse) {
      open.set(thread, pulse.open)
      const all = [...open.values()].reduce((sum, count) => sum + count, 0)
      audience.onPulse({...pulse, open: all})
    },
  })
}

/** One worker, and the calls that it has not told the end of. */
class Thread {
  readonly ready: Promise<void>
  readonly #plan: LoadPlan
  readonly #world: ThreadsWorld
  readonly #worker: Worker
  readonly #exited: Promise<void>
  readonly #orders = new Map<number, CallOrder>()
  #failure: ExostreamError | undefined
  #isClosing = false
  #onKept: ((recordings: KeptRecordings) => void) | undefined
  #onClosed: (() => void) | undefined

  constructor(number: number, plan: LoadPlan, world: ThreadsWorld) {
    this.#plan = plan
    this.#world = world
    const {audioIn, file = new URL('./thread.js', import.meta.url)} = world
    const bytes = Math.floor(MOST_SPOOLED_BYTES / plan.workers)
    const data: ThreadData = {
      plan: packPlan(plan),
      streams: world.streams.memory,
      thread: number,
      ...(audioIn === undefined ? {} : {audio: {folder: audioIn, bytes}}),
    }
    this.#worker = new Worker(file, {workerData: data})
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        resolve()
      })
    })
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: FromThread) => {
        if (message.type === 'ready') resolve()
        else this.#hear(message)
      })
      this.#worker.on('error', (error) => {
        this.#die(error)
        reject(error)
      })
      this.#worker.on('exit', () => {
        this.#die(new Error('it ended before its calls did'))
      })
    })
    // Who opens the threads hears of it through `ready`; the rest of the time nobody waits for it.
    this.ready.catch(() => undefined)
  }

  get isAlive(): boolean {
    return this.#failure === undefined
  }

  get busy(): number {
    return this.#orders.size
  }

  begin(order: CallOrder): void {
    this.#orders.set(order.index, order)
    if (this.#failure) this.#giveUp(order, this.#failure)
    else this.tell({type: 'begin', order})
  }

  tell(message: ToThread): void {
    this.#worker.postMessage(message)
  }

  /** What a thread has heard dies with it. */
  async keep(wanted: readonly WantedRecording[]): Promise<KeptRecordings> {
    if (this.#failure) return {kept: [], problems: []}
    return new Promise((resolve) => {
      this.#onKept = resolve
      this.tell({type: 'keep', wanted})
    })
  }

  async close(): Promise<void> {
    this.#isClosing = true
    if (this.#failure) return
    const closed = new Promise<void>((resolve) => {
      this.#onClosed = resolve
    })
    this.tell({type: 'close'})
    await Promise.race([closed, this.#exited])
    await this.#worker.terminate()
    await this.#exited
  }

  #hear(message: FromThread): void {
    const {onEnded, onPulse} = this.#world.audience
    switch (message.type) {
      case 'ready':
        break
      case 'ended':
        this.#orders.delete(message.ended.order.index)
        onEnded(unpackEnded(message.ended))
        break
      case 'pulse':
        onPulse(unpackPulse(message.pulse))
        break
      case 'kept':
        this.#onKept?.(message.recordings)
        break
      case 'closed':
        this.#onClosed?.()
        break
    }
  }

  /** Its calls have ended with it, and the run cannot go on; the others' calls can. */
  #die(cause: Error): void {
    if (this.#isClosing || this.#failure) return
    this.#failure = new ExostreamError(
      'EXO_THREAD_DIED',
      `A thread that made calls died: ${cause.message.replace(/\.$/, '')}.`,
      {cause},
    )
    for (const order of [...this.#orders.values()]) this.#giveUp(order, this.#failure)
    this.#onKept?.({kept: [], problems: []})
    this.#world.audience.onFailed(this.#failure)
  }

  #giveUp(order: CallOrder, failure: ExostreamError): void {
    const {clock, audience} = this.#world
    this.#orders.delete(order.index)
    const ended = unmadeCall({
      order,
      plan: this.#plan,
      now: clock.wallNow(),
      endedAt: clock.now(),
      startLateMs: 0,
      outcome: 'failed',
      failure: asFailure(failure),
    })
    // Not at once: whoever begins a call has first to know that it did.
    queueMicrotask(() => audience.onEnded(ended))
  }
}
