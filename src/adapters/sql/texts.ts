import type { Dialect } from './dialect.ts';

/** A statement as drivers take it. */
export interface DriverText {
  readonly text: string;
  /** What it may be prepared under: the same text has the same name, another text another. `null` for rare ones. */
  readonly name: string | null;
}

/** Remembers so many texts; more come only from questions about unusually many ranges. */
const MOST_TEXTS = 500;

/** Statements, written with `?`, as the drivers of an engine take them. */
export function driverTexts(dialect: Dialect): (sql: string) => DriverText {
  const known = new Map<string, DriverText>();
  return (sql) => {
    const found = known.get(sql);
    if (found !== undefined) return found;
    const text = dialect.text(sql);
    if (known.size >= MOST_TEXTS) return { text, name: null };
    const made = { text, name: `gamekeeper_${digestOf(text)}` };
    known.set(sql, made);
    return made;
  };
}

/** 64 bits of a text: two sums of the kind of FNV-1a, from different beginnings. */
function digestOf(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x9e3779b1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) ^ (high >>> 15);
  }
  return [low, high].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
