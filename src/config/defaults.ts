/** Defaults that the declaration of the config and checks between settings share. */

/** Relative to the folder of the config. */
export const DEFAULT_HOME = './var';
