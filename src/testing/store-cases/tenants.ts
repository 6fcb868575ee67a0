import type { TenantId } from '../../kernel/index.ts';
import { same } from '../expectations.ts';
import { batchOf, clause, entryOf, idsIn, putOf, rangeOf, refOf, tenant } from '../store-harness.ts';
import { JOINTS, LOOKALIKES, ofSubject } from './names.ts';

/** Clauses on tenants. */
export const tenantCases = [
  clause('ST-10', 'keeps tenants apart', async (store) => {
    const companies = [
      'acme',
      'acme-a',
      'acme-A',
      'ACME',
      'acme-aa',
      'acme/a',
      'acm',
      'acme_',
      '__proto__',
    ] as TenantId[];
    const entries = [entryOf('e', ['s'])];
    for (const company of companies) {
      const puts = [
        putOf(refOf('x'), 'v1', [['i', 'k']], company),
        putOf(refOf(company), 'v1', [['i', company]]),
      ];
      const adds = [{ ref: refOf('n', 'count'), by: 1, atMost: 1, atLeast: null, version: 'v1' }];
      const outcome = await store.commit(company, batchOf({ puts, adds, entries }));
      same(outcome, { status: 'committed', repeated: false, totals: [1] }, `commit of ${company}`);
    }
    for (const company of companies) {
      same((await store.get(company, [refOf('x')]))[0]?.body, company, `document of ${company}`);
      const [hits = []] = await store.find(company, { ranges: [rangeOf('i')], want: 'documents' });
      same(
        hits.map(({ ref, document }) => `${ref.id} ${document?.body}`).sort(),
        [`${company} {"version":"v1"}`, `x ${company}`].sort(),
        `index of ${company}`,
      );
      const outcome = await store.sequence(company, { size: 0, limit: 9 });
      same(outcome, { status: 'sequenced', size: 1, count: 1 }, company);
      for (const query of [
        ofSubject('s'),
        { by: 'index', from: 0, limit: 9 },
        { by: 'id', ids: ['e'] },
      ] as const) {
        const found = await store.readEntries(company, query);
        same(found, [{ ...entryOf('e', ['s']), index: 0 }], `entries of ${company} by ${query.by}`);
      }
    }
    const [first = tenant, ...others] = companies;
    await store.commit(first, batchOf({ deletes: [refOf('x'), refOf(first)] }));
    for (const company of others) {
      same(
        (await store.get(company, [refOf('x')]))[0]?.body,
        company,
        `document of ${company} after a deletion`,
      );
      same((await idsIn(store, rangeOf('i'), company)).length, 2, `index of ${company} after a deletion`);
    }
    const stranger = 'stranger' as TenantId;
    same(await store.get(stranger, [refOf('x')]), [null], 'document of a tenant without data');
    same(await idsIn(store, rangeOf('i'), stranger), [], 'index of a tenant without data');
    same(await store.readEntries(stranger, { by: 'id', ids: ['e'] }), [], 'entries of a tenant without data');
  }),

  clause('ST-14', 'keeps tenants apart whose names look alike, or run into other names', async (store) => {
    const companies = [...LOOKALIKES, ...JOINTS.map((joint) => `t${joint}x`)] as TenantId[];
    const put = (body: string): ReturnType<typeof putOf> => putOf(refOf('z', 'y'), 'v1', [['i', 'k']], body);
    for (const company of companies) {
      const entries = [entryOf('e', ['s'], JSON.stringify(company))];
      const outcome = await store.commit(company, batchOf({ puts: [put(company)], entries }));
      same(outcome, { status: 'committed', repeated: false, totals: [] }, `commit of ${company}`);
    }
    const puts = JOINTS.map((joint) => putOf({ collection: `x${joint}y`, id: 'z' }, 'v1', [], joint));
    await store.commit('t' as TenantId, batchOf({ puts }));
    for (const company of companies) {
      same((await store.get(company, [refOf('z', 'y')]))[0]?.body, company, `document of ${company}`);
      const staged = await store.readEntries(company, { by: 'staged', limit: 9 });
      same(
        staged.map(({ leaf }) => leaf),
        [JSON.stringify(company)],
        `entries of ${company}`,
      );
      same((await idsIn(store, rangeOf('i'), company)).length, 1, `index of ${company}`);
    }
  }),
];
