/** A statement takes about so many characters of rows. */
const MOST_CHARACTERS = 1_000_000;

/** Rows as JSON, in parts of at most so many. */
export function* partsOf(rows: readonly object[], most: number): Generator<string> {
  let texts: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (texts.length >= most || (length > 0 && length + text.length > MOST_CHARACTERS)) {
      yield `[${texts.join(',')}]`;
      texts = [];
      length = 0;
    }
    texts.push(text);
    length += text.length;
  }
  if (texts.length > 0) yield `[${texts.join(',')}]`;
}
