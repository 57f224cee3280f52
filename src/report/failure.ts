export type Failure = {
  readonly code: string
  readonly message: string
  readonly hint: string
  /** What Exotel itself would show for a dial that failed. */
  readonly exotelError?: string
}
