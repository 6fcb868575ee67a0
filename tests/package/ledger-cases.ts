import type * as Ledger from '../../src/ledger/index.ts';

/** Something to be judged, as plain JSON: bytes are hexadecimal, so that it travels into a browser. */
export type Case =
  | { readonly kind: 'inclusion'; readonly name: string; readonly claim: Json }
  | { readonly kind: 'consistency'; readonly name: string; readonly claim: Json }
  | { readonly kind: 'note'; readonly name: string; readonly text: string; readonly keys: readonly string[] }
  | {
      readonly kind: 'receipt';
      readonly name: string;
      readonly text: string;
      readonly leaf: string;
      readonly keys: readonly string[];
    };
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What the ledger's offline checks say of each case. Runs in Node and, bundled, in a browser. */
export function judge(ledger: typeof Ledger, cases: readonly Case[]): string[] {
  return cases.map((one) => `${one.name}: ${verdictOf(ledger, one) ?? 'fine'}`);
}

function verdictOf(ledger: typeof Ledger, one: Case): string | undefined {
  switch (one.kind) {
    case 'inclusion':
      return ledger.inclusionFault(revive(one.claim) as Ledger.InclusionClaim);
    case 'consistency':
      return ledger.consistencyFault(revive(one.claim) as Ledger.ConsistencyClaim);
    case 'note':
      return ledger.noteFault(one.text, one.keys);
    case 'receipt':
      return ledger.proofFault(one.text, one.leaf, one.keys);
  }
}

/** Turns `hex:…` back into bytes. */
function revive(value: Json): unknown {
  if (typeof value === 'string' && value.startsWith('hex:')) {
    return Uint8Array.from(value.slice(4).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revive(member)]));
}

function hex(bytes: Uint8Array): string {
  return `hex:${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Good proofs, notes and receipts (their names begin with `good`), and each of them spoilt in many ways. */
export function makeCases(ledger: typeof Ledger): Case[] {
  return [...proofCases(ledger), ...noteCases(ledger)];
}

const SIZES = [1, 2, 3, 5, 8, 13];

function leafAt(at: number): string {
  return `{"at":${at},"text":"入口 ${at}"}`;
}

function proofCases(ledger: typeof Ledger): Case[] {
  const tree = ledger.createTree();
  const roots: string[] = [hex(ledger.rootOf([]))];
  for (let at = 0; at < 13; at += 1) {
    tree.append(ledger.leafHash(leafAt(at)));
    roots.push(hex(ledger.rootAt(tree, at + 1)));
  }
  const cases: Case[] = [];
  for (const size of SIZES) {
    const root = roots[size] as string;
    for (const index of new Set([0, size >> 1, size - 1])) {
      const proof = ledger.proveInclusion(tree, index, size).map(hex);
      const claim = { index, size, leafHash: hex(ledger.leafHash(leafAt(index))), proof, root };
      cases.push(...spoil('inclusion', `${index} of ${size}`, claim));
    }
    for (const from of SIZES.filter((smaller) => smaller <= size)) {
      const proof = ledger.proveConsistency(tree, from, size).map(hex);
      const claim = { from: { size: from, root: roots[from] as string }, to: { size, root }, proof };
      cases.push(...spoil('consistency', `${from} to ${size}`, claim));
    }
  }
  return cases;
}

/** A claim, and the same with each number, each hash and the proof's length changed. */
function spoil(kind: 'inclusion' | 'consistency', name: string, claim: Json): Case[] {
  const cases: Case[] = [{ kind, name: `good ${kind} ${name}`, claim }];
  const change = (path: string, value: Json, replace: (by: Json) => Json): void => {
    const add = (how: string, by: Json): void => {
      cases.push({ kind, name: `${kind} ${name}, ${path} ${how}`, claim: replace(by) });
    };
    add('is null', null);
    if (typeof value === 'number') {
      add('is negative', -1);
      add('is no integer', value + 0.5);
      add('is huge', Number.MAX_SAFE_INTEGER);
    } else if (typeof value === 'string') {
      const last = Number.parseInt(value.slice(-1), 16) ^ 1;
      add('has a bit flipped', value.slice(0, -1) + last.toString(16));
      add('is short', value.slice(0, -2));
      add('is a text', value.slice(4));
    } else if (Array.isArray(value)) {
      add('is longer', [...value, `hex:${'00'.repeat(32)}`]);
      add('is endless', Array<Json>(100).fill(`hex:${'00'.repeat(32)}`));
      if (value.length > 0) add('is cut', value.slice(0, -1));
      value.forEach((member, at) => {
        change(`${path}[${at}]`, member, (by) => replace(value.with(at, by)));
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        change(path === '' ? key : `${path}.${key}`, member, (by) => replace({ ...value, [key]: by }));
      }
    }
  };
  change('', claim, (by) => by);
  return cases;
}

function noteCases(ledger: typeof Ledger): Case[] {
  const origin = 'example.invalid/log';
  const seed = Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 1);
  const signer = ledger.signerKeyOf(origin, seed);
  const key = ledger.verifierKeyOf(origin, ledger.ed25519PublicKey(seed));
  const other = ledger.verifierKeyOf(origin, ledger.ed25519PublicKey(seed.toReversed()));
  const tree = ledger.createTree();
  for (let at = 0; at < 7; at += 1) tree.append(ledger.leafHash(leafAt(at)));
  const body = ledger.checkpointBody({ origin, size: 7, root: ledger.rootAt(tree, 7) });
  const note = ledger.signNote(body, signer);
  const proof = ledger.proveInclusion(tree, 4, 7);
  const receipt = ledger.encodeProof({ index: 4, proof, checkpoint: note });
  const keys = [key];
  const spoilt = (text: string): [string, string][] => [
    ['cut', text.slice(0, -1)],
    ['without its signature', text.slice(0, text.lastIndexOf('\n\n') + 2)],
    ['with another size', text.replace('\n7\n', '\n8\n')],
    ['with a broken signature', text.replace(/.{6}\n$/, 'AAAA==\n')],
    ['with another dash', text.replace('—', '-')],
    ['with a control character', text.replace(origin, `${origin}\u0001`)],
    ['with a lone surrogate', text.replace(origin, `${origin}\ud800`)],
    ['with seventeen signatures', text + `${text.slice(text.lastIndexOf('—'))}`.repeat(16)],
    ['empty', ''],
  ];
  return [
    { kind: 'note', name: 'good note', text: note, keys },
    { kind: 'note', name: 'note under another key', text: note, keys: [other] },
    { kind: 'note', name: 'note under a malformed key', text: note, keys: [key.slice(0, -2)] },
    { kind: 'note', name: 'note under no key', text: note, keys: [] },
    ...spoilt(note).map(([how, text]): Case => ({ kind: 'note', name: `note ${how}`, text, keys })),
    { kind: 'receipt', name: 'good receipt', text: receipt, leaf: leafAt(4), keys },
    { kind: 'receipt', name: 'receipt of another leaf', text: receipt, leaf: leafAt(5), keys },
    {
      kind: 'receipt',
      name: 'receipt at another index',
      text: receipt.replace('index 4', 'index 5'),
      leaf: leafAt(4),
      keys,
    },
    ...spoilt(receipt).map(
      ([how, text]): Case => ({ kind: 'receipt', name: `receipt ${how}`, text, leaf: leafAt(4), keys }),
    ),
  ];
}
