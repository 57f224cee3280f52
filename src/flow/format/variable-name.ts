/**
 * The name of an environment variable, in capitals as such names are, so that a key or token pasted in its
 * place is refused; one of nothing but hexadecimal digits is a key of Exotel's.
 */
export const VARIABLE_NAME = /^(?![0-9A-F]{20,}$)[A-Z_][A-Z0-9_]{0,63}$/
