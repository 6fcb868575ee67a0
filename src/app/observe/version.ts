/** The version of this package. A test compares it with `package.json`. */
export const VERSION = '0.1.0';

/** The version of the documents that it writes. Older ones are read, newer ones are refused. */
export const DOCUMENTS_VERSION = 1;
