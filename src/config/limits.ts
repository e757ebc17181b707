/** How large a config may be: far beyond any real one, and small enough that a hostile one is refused within seconds. */
export const CONFIG_LIMITS = {
  /** Of the config file. */
  fileBytes: 1024 * 1024,
  /** Of a file that a reference names. */
  referenceBytes: 64 * 1024,
  /** Maps and lists in one another. */
  levels: 50,
  aliases: 1_000,
  /** Values in all, each as often as an alias repeats it. */
  values: 200_000,
  /** Of a connection's name, which becomes part of file names. */
  nameLetters: 100,
} as const;
