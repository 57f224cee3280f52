/** Colour as decoration: every function gives its text back, dressed for the terminal at hand. */
export type Paint = {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
  readonly dim: (text: string) => string
  readonly bold: (text: string) => string
  readonly caller: (text: string) => string
  readonly bot: (text: string) => string
}

export type Look = {
  /** Columns that a line may take. */
  readonly width: number
  readonly paint: Paint
  /** Only ASCII is drawn, for a terminal that is not set to UTF-8. */
  readonly ascii: boolean
}

const asIs = (text: string): string => text

export const plainPaint: Paint = {
  good: asIs,
  bad: asIs,
  warn: asIs,
  dim: asIs,
  bold: asIs,
  caller: asIs,
  bot: asIs,
}
