import type { TenantId } from '../../kernel/index.ts';
import type { IndexHit, IndexPosition, Store } from '../../ports/index.ts';

/** Just behind the last printable character: above every key that may occur. */
export const AFTER_ALL = '~~~~~~~~';
const PAGE = 500;

/** A part of an index to be walked, whole by default. */
export interface RangeWalk {
  readonly index: string;
  readonly from?: string;
  readonly to?: string;
  readonly want: 'refs' | 'documents';
  readonly descending?: boolean;
  readonly after?: IndexPosition | null;
}

/** All hits of a part of an index, page after page. */
export async function* readRange(store: Store, tenant: TenantId, walk: RangeWalk): AsyncGenerator<IndexHit> {
  for (let after = walk.after ?? null; ; ) {
    const [hits] = await store.find(tenant, {
      want: walk.want,
      ranges: [
        {
          index: walk.index,
          from: walk.from ?? '!',
          to: walk.to ?? AFTER_ALL,
          limit: PAGE,
          after,
          descending: walk.descending ?? false,
        },
      ],
    });
    yield* hits ?? [];
    const last = hits?.at(-1);
    if (last === undefined || (hits?.length ?? 0) < PAGE) return;
    after = { key: last.key, ref: last.ref };
  }
}

/** The bounds of all keys that begin with `prefix.`: `/` follows `.` in ASCII. */
export function under(prefix: string): { readonly from: string; readonly to: string } {
  return { from: `${prefix}.`, to: `${prefix}/` };
}
