/** Hands over work that nobody awaits here. */
export type Alongside = (work: Promise<void>) => void

/** Does the main work with other work beside it, and rejects as soon as either does. */
export async function withSideWork(main: (alongside: Alongside) => Promise<void>): Promise<void> {
  let fail: (reason: unknown) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  const alongside: Alongside = (work) => {
    work.catch((error: unknown) => {
      fail(error)
    })
  }
  await Promise.race([main(alongside), failed])
}
