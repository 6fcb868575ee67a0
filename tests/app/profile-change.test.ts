import { expect, it } from 'vitest';
import { z } from 'zod';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { contact, createGamekeeper, publicField, unwrap } from '../../src/index.ts';
import { freshStore } from './world.ts';

it('a field that the host took out of its profile stays stored, hidden, and in nobody’s way', async () => {
  const shared = { store: freshStore(), keys: ephemeralKeys() };
  const before = createGamekeeper({
    ...shared,
    profile: z.object({ name: publicField(z.string()), fax: contact(z.string()) }),
  });
  await before.tenants.create('acme', { admins: [{ id: 'ada', name: 'Ada' }] });
  unwrap(
    await before
      .as({ tenant: 'acme', employee: 'ada' })
      .people.hire({ id: 'dana', name: 'Dana', managerId: 'ada' }),
  );
  const as = { tenant: 'acme', employee: 'dana' };
  const { claim } = unwrap(
    await before.as(as).customers.register({ name: 'K', fax: '555 0199' }, { id: 'c-1' }),
  );
  unwrap(await before.as({ tenant: 'acme', employee: 'ada' }).claims.approve(claim));

  const after = createGamekeeper({ ...shared, profile: z.object({ name: publicField(z.string()) }) });
  unwrap(await after.as(as).customers.update('c-1', { name: 'K and sons' }));
  expect(unwrap(await after.as(as).customers.get('c-1')).profile).toEqual({ name: 'K and sons' });
  expect(unwrap(await before.as(as).customers.get('c-1')).profile).toEqual({
    name: 'K and sons',
    fax: '555 0199',
  });
  expect((await after.verify('acme')).findings).toEqual([]);
});
