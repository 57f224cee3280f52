/** Without the fields that are left out. */
export function present<T extends object>(fields: T): {[K in keyof T]?: Exclude<T[K], undefined>} {
  // The cast is what the filter does; Object.fromEntries knows no names.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
