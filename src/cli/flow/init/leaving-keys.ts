type Key = {readonly name?: string; readonly ctrl?: boolean}

export type Leaving = {
  /** Aborted by Ctrl-C, Ctrl-D, Esc, or the end of the input. */
  readonly signal: AbortSignal
  dispose(): void
}

/** Inquirer knows Ctrl-C alone: at Ctrl-D, and at the end of its input, it would wait for what never comes. */
export function onLeavingKeys(input: NodeJS.ReadableStream): Leaving {
  const controller = new AbortController()
  const leave = (): void => {
    controller.abort()
  }
  const onKey = (_: unknown, {name = '', ctrl = false}: Key): void => {
    if (name === 'escape' || (ctrl && (name === 'c' || name === 'd'))) leave()
  }
  input.on('keypress', onKey)
  input.on('end', leave)
  return {
    signal: controller.signal,
    dispose() {
      input.off('keypress', onKey)
      input.off('end', leave)
    },
  }
}
