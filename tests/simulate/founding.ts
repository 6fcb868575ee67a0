import { unwrap } from '../../src/index.ts';
import { ADMINS, canary, POLICY, STAFF, TENANTS } from './scene.ts';
import type { World } from './world.ts';

/** Two companies with the same people and a few customers, before anything goes wrong. */
export async function found(world: World): Promise<void> {
  const [station] = world.stations;
  const keeper = station?.keeper();
  if (keeper === undefined) throw new Error('a world without a process');
  await Promise.all(
    TENANTS.map(async (tenant) => {
      const as = (employee: string) => keeper.as({ tenant, employee });
      await keeper.tenants.create(tenant, {
        admins: ADMINS.map((id) => ({ id, name: canary(tenant, id, 'name') })),
        policy: POLICY,
      });
      for (const person of STAFF)
        unwrap(await as('ada').people.hire({ ...person, name: canary(tenant, person.id, 'name') } as never));
      for (const [id, owner] of [
        ['c1', 'dana'],
        ['c2', 'dana'],
        ['c3', 'eve'],
        ['c4', 'finn'],
      ] as const) {
        const profile = {
          name: canary(tenant, id, 'name'),
          phone: canary(tenant, id, 'phone'),
          need: canary(tenant, id, 'need'),
        };
        const { claim } = unwrap(await as(owner).customers.register(profile, { id }));
        unwrap(await as('chief').claims.approve(claim));
      }
    }),
  );
  await keeper.close();
  world.arm();
}
