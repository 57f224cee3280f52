import type {Applet, Flow} from './flow.js'

/** Where something stands in the file that a flow was read from. */
export type Place = {
  /** Such as `applets[1].voicebot.url`; empty for the flow as a whole. */
  readonly path: string
  /** From 1; absent of a flow that no file holds. */
  readonly line?: number
  readonly column?: number
}

/**
 * Finds the place of a field of an applet, by its name in the file (`url`, `sampleRate`, `on302`); of the
 * applet without a field, of the flow without both. A field that is not there has the place of its applet.
 */
export type FindPlace = (applet?: Applet, field?: string) => Place

/** A flow, and where everything in it stands. */
export type ReadFlow = {
  readonly flow: Flow
  readonly placeOf: FindPlace
  /** The file, as it was given; absent of a flow that was made from flags. */
  readonly file?: string
}
