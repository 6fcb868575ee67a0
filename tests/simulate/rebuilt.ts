import type { TenantId } from '../../src/kernel/index.ts';
import { COLLECTIONS } from '../../src/model/index.ts';
import type { DocumentRef } from '../../src/ports/index.ts';
import type { CompanyView, FollowingView } from './view.ts';
import type { World } from './world.ts';

const STATE = Object.entries(COLLECTIONS).flatMap(([name, facts]) => (facts.class === 'state' ? [name] : []));
/** How many documents are read or deleted at once. */
const PART = 100;

/** The whole state of a company is lost, with every process: a new one makes the same bytes of the ledger alone. */
export async function checkRebuilt(world: World, view: FollowingView): Promise<void> {
  const { breach, forged, simulation, stations } = world;
  const tenant = view.tenant as TenantId;
  const refs = STATE.flatMap((collection) => [...view.ids(collection)].map((id) => ({ collection, id })));
  const before = await textsOf(world, view, refs);
  for (const { process } of stations) process.crash();
  for (let at = 0; at < refs.length; at += PART)
    await forged.store.commit(tenant, {
      checks: [],
      adds: [],
      puts: [],
      deletes: refs.slice(at, at + PART),
      entries: [],
    });
  for (const { open } of stations) open();
  const { keeper, process } = simulation.dice.pick(stations);
  const { restored } = await process.ask(() => keeper().rebuild(view.tenant));
  simulation.count('documents rebuilt', restored);
  const after = await textsOf(world, view, refs);
  for (const [at, text] of before.entries())
    if (after[at] !== text)
      breach('tamper-evident', `${tenant}: rebuilt as ${after[at]} from the ledger, where ${text} stood`);
  if (restored !== refs.length)
    breach('tamper-evident', `${tenant}: ${restored} documents rebuilt, where ${refs.length} stood`);
}

/** Documents as they lie in the database, with the keys they are found by. */
async function textsOf(
  { forged }: World,
  view: CompanyView,
  refs: readonly DocumentRef[],
): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let at = 0; at < refs.length; at += PART) {
    const documents = await forged.store.get(view.tenant as TenantId, refs.slice(at, at + PART));
    for (const [place, document] of documents.entries()) {
      const { collection, id } = refs[at + place] as DocumentRef;
      texts.push(JSON.stringify([document, view.keysOf(`${collection}/${id}`)]));
    }
  }
  return texts;
}
