/** Signs every second size of one log: `node sign-many.ts KEYS 0|1`. */
import { localKeys } from '../../src/adapters/node/index.ts';

const [folder = '', odd = '0'] = process.argv.slice(2);
const { signer } = await localKeys(folder);
for (let size = 1 + Number(odd); size <= 200; size += 2) {
  const root = new Uint8Array(32).fill(size);
  await signer.sign({ origin: 'a/log', body: root, head: { size, root } });
}
console.log('done');
