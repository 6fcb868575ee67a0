import type { Fate, FaultRates } from '../../src/testing/simulation/index.ts';
import type { World } from './world.ts';

/** What goes wrong in a run beside the network, each of it by a chance of its own. */
const BLOWS = [
  'crash',
  'crash',
  'crash',
  'restart',
  'pause',
  'clock',
  'outage',
  'full',
  'signer',
  'post',
  'stream',
] as const;
const FATES: readonly Fate[] = ['refused', 'request-lost', 'answer-lost', 'disputed', 'late', 'twice'];

/** Disturbs the network to each server, each by few things: what always comes together never shows alone. */
export function disturb({ database, post, signer, stream, simulation: { dice } }: World): void {
  const draw = (amounts: readonly number[]): FaultRates => {
    const rates: { -readonly [Of in Fate]?: number } = {};
    for (const fate of FATES) if (dice.once(3)) rates[fate] = dice.pick(amounts);
    return rates;
  };
  database.setFaults(draw([0.003, 0.01, 0.03]));
  signer.setFaults(draw([0.01, 0.05]));
  post.setFaults(draw([0.05, 0.15]));
  stream.setFaults(draw([0.02, 0.1]));
}

/** From now on nothing goes wrong any more. */
export function heal({ database, post, signer, stations, stream }: World): void {
  for (const server of [database, post, signer, stream]) server.setFaults({});
  for (const station of stations) if (!station.process.isUp()) station.open();
}

/** Deals the blows, until it is told to stop. */
export async function strike(world: World, isOver: () => boolean): Promise<void> {
  const { database, post, signer, simulation, stations, stream } = world;
  const { dice } = simulation;
  for (let blows = dice.below(5); blows > 0 && !isOver(); blows -= 1) {
    await simulation.sleep(dice.below(3_000));
    const station = dice.pick(stations);
    switch (dice.pick(BLOWS)) {
      case 'crash':
        if (!station.process.isUp()) break;
        station.process.crash();
        simulation.later(dice.below(4_000), () => {
          if (!station.process.isUp()) station.open();
        });
        break;
      case 'restart':
        if (!station.process.isUp()) break;
        simulation.count('restart');
        simulation.note(`${station.process.name} is closed and opened again`);
        // Whoever asks meanwhile is refused by the one, or answered by the other.
        await station.process.ask(() => station.keeper().close()).catch(() => undefined);
        if (station.process.isUp()) station.open();
        break;
      case 'pause':
        station.process.pause(dice.once(2) ? dice.below(3_000) : dice.below(300_000));
        break;
      case 'clock':
        station.process.shiftClock(dice.below(60_000) - 30_000);
        break;
      case 'outage':
        database.goDown(dice.below(9_000));
        break;
      case 'full':
        database.fillUp(dice.below(9_000));
        break;
      case 'signer':
        signer.goDown(dice.below(9_000));
        break;
      case 'post':
        post.goDown(dice.below(60_000));
        break;
      case 'stream':
        stream.goDown(dice.below(60_000));
        break;
    }
  }
}
