/** A day of the calendar since 1970, or `null`. */
export function dayOf(text: string): string | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '1970') return null;
  const millis = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(text) ? text : null;
}

/** An amount of money in minor units, or `null`: digits with at most two decimals, no sign, no separators. */
export function amountOf(text: string): number | null {
  const parts = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text);
  return parts === null ? null : Number(parts[1]) * 100 + Number((parts[2] ?? '').padEnd(2, '0'));
}

/** A number that is not negative, or `null`. */
export function numberOf(text: string): number | null {
  return /^\d{1,12}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
}

/** A whole number that is not negative, or `null`. */
export function wholeOf(text: string): number | null {
  return /^\d{1,12}$/.test(text) ? Number(text) : null;
}

/** Finds names as they are written; else as the only one that differs in spaces, case and width alone. */
export interface NameFinder {
  /** The name, or `null` when nothing is called so, or more than one thing may be meant. */
  find(written: string): string | null;
  readonly respelt: readonly { readonly written: string; readonly taken: string; readonly rows: number }[];
}

/** A finder among names. It remembers which were written in another way. */
export function nameFinder(names: readonly string[]): NameFinder {
  const known = new Set(names);
  const folded = new Map<string, string | null>();
  for (const name of known) folded.set(fold(name), folded.has(fold(name)) ? null : name);
  const respelt = new Map<string, { written: string; taken: string; rows: number }>();
  return {
    find(written) {
      if (known.has(written)) return written;
      const taken = folded.get(fold(written)) ?? null;
      if (taken === null) return null;
      const note = respelt.get(written) ?? { written, taken, rows: 0 };
      note.rows += 1;
      respelt.set(written, note);
      return taken;
    },
    get respelt() {
      return [...respelt.values()];
    },
  };
}

function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}
