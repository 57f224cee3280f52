import type {StreamEvent} from '../../protocol/events.js'

/** What a call showed of its bot, as far as a diagnosis needs it; bounded, whatever the bot sends. */
export class Evidence {
  #messages = 0

  get messages(): number {
    return this.#messages
  }

  feed(event: StreamEvent): void {
    if (event.type === 'received') this.#messages += 1
  }
}
