import { memoryStore } from '../../../src/adapters/memory/index.ts';
import type { CommitBatch, StagedEntry, Store, StoredEntry } from '../../../src/ports/index.ts';
import { also, type Commit, committing, failedChecks, type Saboteur, saboteur, turn } from './saboteur.ts';

const repeated = { status: 'committed', repeated: true, totals: [] } as const;

/** Decides repetition by a comparison of its own, and leaves everything else to the store. */
function deciding(
  isRepeated: (batch: CommitBatch, stored: readonly StoredEntry[]) => boolean,
): (inner: Store) => Commit {
  return (inner) => async (tenant, batch) => {
    const ids = batch.entries.map(({ id }) => id);
    const stored = await inner.readEntries(tenant, { by: 'id', ids });
    return stored.length > 0 && isRepeated(batch, stored) ? repeated : inner.commit(tenant, batch);
  };
}

const all =
  (isSame: (entry: StagedEntry, stored: StoredEntry) => boolean) =>
  ({ entries }: CommitBatch, stored: readonly StoredEntry[]): boolean =>
    stored.length === entries.length &&
    entries.every((entry, at) => isSame(entry, stored[at] as StoredEntry));

const sorted = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
        : value,
    );
  } catch {
    return text;
  }
};

/** After a repetition, does a part of the work once more. */
function redoing(part: (batch: CommitBatch) => Partial<CommitBatch>): (inner: Store) => Commit {
  return (inner) => async (tenant, batch) => {
    const outcome = await inner.commit(tenant, batch);
    if (outcome.status === 'committed' && outcome.repeated) await also(inner, tenant, part(batch));
    return outcome;
  };
}

/** Stores that take a batch for repeated that is not, or do not know one again. */
export const saboteursOfRepetitions: readonly Saboteur[] = [
  saboteur(
    'ST-24',
    'looks at checks before it knows a batch again',
    committing((inner) => async (tenant, batch) => {
      const refs = await failedChecks(inner, tenant, batch);
      return refs.length > 0 ? { status: 'conflict', refs } : inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-24',
    'forgets a batch once its entries are sequenced',
    committing((inner) => async (tenant, batch) => {
      const known = await inner.readEntries(tenant, { by: 'id', ids: batch.entries.map(({ id }) => id) });
      if (known.length === 0 || known.some(({ index }) => index === null)) return inner.commit(tenant, batch);
      const entries = batch.entries.map((entry) => ({ ...entry, id: `${entry.id}+` }));
      return inner.commit(tenant, { ...batch, entries });
    }),
  ),
  saboteur(
    'ST-24',
    'answers a repetition with its first totals',
    committing((inner) => {
      const totals = new Map<string, readonly number[]>();
      return async (tenant, batch) => {
        const outcome = await inner.commit(tenant, batch);
        if (outcome.status !== 'committed') return outcome;
        const name = JSON.stringify([tenant, batch.entries]);
        if (!outcome.repeated) totals.set(name, outcome.totals);
        return { ...outcome, totals: totals.get(name) ?? [] };
      };
    }),
  ),
  saboteur(
    'ST-25',
    'takes an entry with another leaf for a repetition',
    committing((inner) => (tenant, batch) => inner.commit(tenant, batch).catch(() => repeated)),
  ),
  saboteur(
    'ST-25',
    'rejects a known entry after writing the rest',
    committing(
      (inner) => (tenant, batch) =>
        inner.commit(tenant, batch).catch(async (error) => {
          await inner.commit(tenant, { ...batch, entries: [] });
          throw error;
        }),
    ),
  ),
  saboteur(
    'ST-26',
    'knows a batch again by its first entry',
    committing(
      deciding(({ entries }, [stored]) => stored?.id === entries[0]?.id && stored?.leaf === entries[0]?.leaf),
    ),
  ),
  saboteur(
    'ST-26',
    'knows a batch again by its last entry',
    committing(
      deciding(({ entries }, stored) => {
        const [entry, known] = [entries.at(-1), stored.at(-1)];
        return known?.id === entry?.id && known?.leaf === entry?.leaf;
      }),
    ),
  ),
  saboteur(
    'ST-26',
    'knows a batch again by any of its entries',
    committing(
      deciding(({ entries }, stored) =>
        stored.some(({ id, leaf }) => entries.some((entry) => entry.id === id && entry.leaf === leaf)),
      ),
    ),
  ),
  saboteur(
    'ST-26',
    'leaves out the entries it knows and writes the others',
    committing((inner) => async (tenant, batch) => {
      const stored = await inner.readEntries(tenant, { by: 'id', ids: batch.entries.map(({ id }) => id) });
      if (stored.length === batch.entries.length) return inner.commit(tenant, batch);
      const known = new Set(stored.map(({ id }) => id));
      return inner.commit(tenant, { ...batch, entries: batch.entries.filter(({ id }) => !known.has(id)) });
    }),
  ),
  saboteur(
    'ST-27',
    'takes an equal batch without entries for a repetition',
    committing((inner) => {
      const seen = new Set<string>();
      return async (tenant, batch) => {
        const text = JSON.stringify([tenant, batch]);
        if (seen.has(text)) return repeated;
        seen.add(text);
        return inner.commit(tenant, batch);
      };
    }),
  ),
  saboteur(
    'ST-34',
    'adds once more when a batch is repeated',
    committing(
      redoing(({ adds }) => ({ adds: adds.map((add) => ({ ...add, atMost: null, atLeast: null })) })),
    ),
  ),
  saboteur(
    'ST-34',
    'writes once more when a batch is repeated',
    committing(redoing(({ puts }) => ({ puts }))),
  ),
  saboteur(
    'ST-34',
    'deletes once more when a batch is repeated',
    committing(redoing(({ deletes }) => ({ deletes }))),
  ),
  saboteur(
    'ST-35',
    'compares leaves as JSON',
    committing(deciding(all((entry, { leaf }) => sorted(entry.leaf) === sorted(leaf)))),
  ),
  saboteur(
    'ST-35',
    'compares the lengths of leaves',
    committing(deciding(all((entry, { leaf }) => entry.leaf.length === leaf.length))),
  ),
  saboteur(
    'ST-35',
    'compares leaves without their spaces',
    committing(deciding(all((entry, { leaf }) => entry.leaf.trim() === leaf.trim()))),
  ),
  saboteur(
    'ST-35',
    'compares leaves without case',
    committing(deciding(all((entry, { leaf }) => entry.leaf.toLowerCase() === leaf.toLowerCase()))),
  ),
  saboteur(
    'ST-35',
    'compares authentication codes too',
    committing((inner) => async (tenant, batch) => {
      const stored = await inner.readEntries(tenant, { by: 'id', ids: batch.entries.map(({ id }) => id) });
      for (const { id, mac } of stored)
        if (batch.entries.find((entry) => entry.id === id)?.mac !== mac) throw new Error('another code');
      return inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-35',
    'compares subjects too',
    committing((inner) => async (tenant, batch) => {
      const stored = await inner.readEntries(tenant, { by: 'id', ids: batch.entries.map(({ id }) => id) });
      for (const { id, subjects } of stored)
        if (batch.entries.find((entry) => entry.id === id)?.subjects.join() !== subjects.join())
          throw new Error('other subjects');
      return inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-35',
    'stores an equal leaf once',
    committing((inner) => {
      const leaves = new Map<string, string>();
      return (tenant, batch) => {
        const entries = batch.entries.filter(({ id, leaf }) => {
          const first = leaves.get(`${tenant} ${leaf}`) ?? id;
          leaves.set(`${tenant} ${leaf}`, first);
          return first === id;
        });
        return inner.commit(tenant, { ...batch, entries });
      };
    }),
  ),
  saboteur(
    'ST-36',
    'remembers the last hundred batches',
    committing((inner) => {
      const order: string[] = [];
      return async (tenant, batch) => {
        const outcome = await inner.commit(tenant, batch);
        const place = order.indexOf(batch.entries[0]?.id ?? '');
        if (place >= 0 && place < order.length - 100) throw new Error('duplicate key');
        for (const { id } of batch.entries) order.push(id);
        return outcome;
      };
    }),
  ),
  saboteur(
    'ST-37',
    'remembers a batch before it went through',
    committing((inner) => {
      const seen = new Set<string>();
      return async (tenant, batch) => {
        const name = JSON.stringify([tenant, batch.entries]);
        if (batch.entries.length > 0 && seen.has(name)) return repeated;
        seen.add(name);
        return inner.commit(tenant, batch);
      };
    }),
  ),
  saboteur(
    'ST-10',
    'knows a batch of another tenant again',
    committing((inner) => {
      const seen = new Set<string>();
      return async (tenant, batch) => {
        const name = JSON.stringify(batch.entries);
        if (batch.entries.length > 0 && seen.has(name)) return repeated;
        const outcome = await inner.commit(tenant, batch);
        if (outcome.status === 'committed') seen.add(name);
        return outcome;
      };
    }),
  ),
  saboteur(
    'ST-52',
    'writes an equal batch of concurrent callers twice',
    committing((inner) => async (tenant, batch) => {
      const known = await inner.readEntries(tenant, { by: 'id', ids: batch.entries.map(({ id }) => id) });
      await turn();
      if (known.length > 0) return repeated;
      await inner.commit(tenant, { ...batch, entries: [] });
      await also(inner, tenant, { entries: batch.entries });
      return { status: 'committed', repeated: false, totals: [] };
    }),
  ),
  saboteur('ST-103', 'knows only its own batches again', () => {
    const shared = memoryStore();
    return () => {
      const own = memoryStore();
      return {
        ...shared,
        commit: async (tenant, batch) => {
          const outcome = await own.commit(tenant, batch);
          await shared.commit(tenant, { ...batch, entries: [] });
          return outcome;
        },
      };
    };
  }),
  saboteur('ST-110', 'forgets after a restart what it has committed', () => {
    const shared = memoryStore();
    return () => {
      const seen = new Set<string>();
      return {
        ...shared,
        commit: async (tenant, batch) => {
          const ids = batch.entries.map(({ id }) => id);
          const names = ids.map((id) => `${tenant} ${id}`);
          const isNew = ids.length > 0 && !names.every((name) => seen.has(name));
          for (const name of names) seen.add(name);
          const known = isNew ? await shared.readEntries(tenant, { by: 'id', ids }) : [];
          if (known.length > 0) throw new Error('duplicate key');
          return shared.commit(tenant, batch);
        },
      };
    };
  }),
];
