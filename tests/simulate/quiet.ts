import { isOfConcern } from './relations.ts';
import { TENANTS } from './scene.ts';
import type { CompanyView } from './view.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;
/** Enough for every attempt that a failed notice waits for. */
const ROUNDS = 20;

/**
 * Everything works again, and people are told: each process answers and sweeps, until nothing is left to tell.
 */
export async function checkTold(world: World): Promise<void> {
  const { breach, simulation, stations, views } = world;
  for (const { keeper, process } of stations) {
    for (const tenant of TENANTS) {
      const answer = await process.ask(() => keeper().as({ tenant, employee: 'ada' }).people.list());
      if (!answer.ok) breach('deny by default', `${process.name} does not work again: ${answer.error.code}`);
    }
  }
  for (const [tenant, view] of views) {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { keeper, process } = simulation.dice.pick(stations);
      const { failed } = await process.ask(() => keeper().sweep(tenant));
      if (failed.length > 0)
        breach('deny by default', `the sweep of ${failed[0]?.place} fails: ${String(failed[0]?.error)}`);
      if (isTold(view)) break;
      await simulation.sleep(6 * HOUR_MS);
    }
    if (!isTold(view))
      breach(
        'events at least once and in order',
        `${tenant}: the cursors stand still at ${CURSORS.map((id) => view.text('cursor', id))}`,
      );
    const missing = world.subscriber.missing(view);
    if (missing !== null)
      breach('events at least once and in order', `${tenant}: ${missing} was never streamed`);
    for (const id of waitingFor(view))
      if (!world.receiver.has(id))
        breach('events at least once and in order', `${tenant}: nobody was told of ${id}`);
  }
  for (const notice of world.receiver.missing()) {
    const { id, index, tenant, type } = notice;
    if (!isOfConcern(views.get(tenant) as CompanyView, notice)) continue;
    breach('events at least once and in order', `${tenant}: ${type} ${id} at ${index} was never delivered`);
  }
}

/** How far the receiver of notices and that of events were told. */
const CURSORS = ['notify.post', 'events.stream'] as const;

/** Whether everything that has a position was looked at, and nothing waits. */
function isTold(view: CompanyView): boolean {
  return CURSORS.every((id) => {
    const cursor = JSON.parse(view.text('cursor', id) ?? '{}') as {
      next?: number;
      waiting?: readonly unknown[];
    };
    return cursor.next === view.size && view.size === view.log.length && cursor.waiting?.length === 0;
  });
}

/** Entries of which somebody must have been told, since they wait for somebody. */
function* waitingFor(view: CompanyView): Iterable<string> {
  for (const claim of view.all('claim')) if (claim.status === 'submitted') yield claim.id;
  for (const hold of view.all('hold')) if (hold.status === 'waiting') yield hold.id;
  for (const alert of view.all('alert')) if (alert.closedAt === null) yield alert.id;
}
