/** Writes through a keeper until it is killed, printing each acknowledged entry: `node endless-writer.ts ADDRESS KEYS ROUND`. */
import { writeSync } from 'node:fs';
import { localKeys } from '../../../src/adapters/node/index.ts';
import { createGamekeeper, unwrap } from '../../../src/index.ts';
import { openAddress } from '../../stores/open-address.ts';
import { customerProfile } from '../customer-profile.ts';

const [address = '', keys = '', round = '0'] = process.argv.slice(2);
const keeper = createGamekeeper({
  store: await openAddress(address),
  keys: await localKeys(keys),
  profile: customerProfile,
  sealAfterMs: 5,
});
const ada = keeper.as({ tenant: 'acme', employee: 'ada' });
const dana = keeper.as({ tenant: 'acme', employee: 'dana' });
// Straight to the pipe: what was printed was acknowledged, whatever happens next.
const say = (text: string): void => void writeSync(1, `${text}\n`);

const hand = async (name: number): Promise<void> => {
  for (let at = 0; ; at += 1) {
    const id = `c-${round}-${name}-${at}`;
    const { claim, entry } = unwrap(
      await dana.customers.register({ name: `Customer ${id}`, phone: '555 0100' }, { id }),
    );
    say(entry);
    say(unwrap(await ada.claims.approve(claim)).entry);
    say(
      unwrap(await dana.followUps.record(id, { kind: 'call', text: `Spoke about the order of ${id}` })).entry,
    );
  }
};
say('ready');
await Promise.all([0, 1, 2, 3].map(hand));
