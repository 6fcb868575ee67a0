import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  commercial,
  contact,
  createGamekeeper,
  internal,
  type MaskedProfile,
  publicField,
} from '../../src/index.ts';

const text = z.string();

describe('the type of a profile', () => {
  it('needs a tag on every field', () => {
    createGamekeeper({ profile: z.object({ name: publicField(text) }) });
    // @ts-expect-error `phone` has no sensitivity.
    createGamekeeper({ profile: z.object({ name: publicField(text), phone: text }) });
    // @ts-expect-error Nor has an optional one.
    createGamekeeper({ profile: z.object({ phone: text.optional() }) });
  });

  it('has its tags read through what wraps them', () => {
    createGamekeeper({
      profile: z.object({
        a: contact(text).optional(),
        b: contact(text).nullable(),
        c: contact(text).default('x'),
        d: contact(text).readonly(),
        e: contact(text).pipe(z.string()),
        f: contact(text).refine(() => true),
        g: z.nonoptional(contact(text).optional()),
        h: contact(text).catch('x'),
        i: contact(text).prefault('x'),
      }),
    });
  });
});

describe('the type of a view', () => {
  const profile = z.object({
    name: publicField(text),
    industry: publicField(text).optional(),
    phone: contact(text).optional(),
    need: commercial(text),
    limit: internal(z.number()).nullable(),
    region: publicField(text).default('north'),
  });
  type View = MaskedProfile<typeof profile>;

  it('says of each field beyond public that it may be null', () => {
    expectTypeOf<View['name']>().toEqualTypeOf<string>();
    expectTypeOf<View['industry']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<View['phone']>().toEqualTypeOf<string | null | undefined>();
    expectTypeOf<View['need']>().toEqualTypeOf<string | null>();
    expectTypeOf<View['limit']>().toEqualTypeOf<number | null>();
    expectTypeOf<View['region']>().toEqualTypeOf<string>();
  });

  it('is that of what a keeper answers', async () => {
    const keeper = createGamekeeper({ profile });
    const dana = keeper.as({ tenant: 'acme', employee: 'dana' });
    const view = await dana.customers.get('c-1');
    if (view.ok) expectTypeOf(view.value.profile).toEqualTypeOf<View>();
    for await (const one of dana.customers.all())
      expectTypeOf(one.profile.need).toEqualTypeOf<string | null>();
    // @ts-expect-error A profile without its required field.
    await dana.customers.register({ name: 'N' });
    await dana.customers.register({ name: 'N', need: 'n', limit: null });
    await dana.customers.update('c-1', { phone: null, need: 'n' });
    // @ts-expect-error No such field.
    await dana.customers.update('c-1', { fax: 'x' });
    // @ts-expect-error Not of its type.
    await dana.customers.update('c-1', { limit: '5' });
  });

  it('takes days and instants as plain texts', async () => {
    const { people, ownership, followUps } = createGamekeeper({ profile }).as({
      tenant: 'acme',
      employee: 'dana',
    });
    const day: string = '2026-03-02';
    await people.delegate('a', { to: 'b', untilOn: day });
    await ownership.share('c', { with: 'b', access: 'read', untilOn: day });
    await followUps.record('c', { kind: 'call', text: 'x', at: `${day}T00:00:00.000Z` });
    await people.hire({ id: 'a', name: 'A', calendar: { workweek: [1], holidays: [day], makeUpDays: [] } });
  });

  it('narrows a refusal by its code', async () => {
    const { claims } = createGamekeeper({ profile }).as({ tenant: 'acme', employee: 'boss' });
    const result = await claims.approve('id');
    if (!result.ok && result.error.code === 'holding-cap')
      expectTypeOf(result.error.cap).toEqualTypeOf<number>();
    if (result.ok) expectTypeOf(result.value.status).toEqualTypeOf<'approved' | 'rejected' | 'withdrawn'>();
  });
});
