import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyFault,
  createTree,
  emptyRoot,
  inclusionFault,
  leafHash,
  type MerkleTree,
  nodeHash,
  proveConsistency,
  proveInclusion,
  rootAt,
  rootOf,
} from '../../src/ledger/index.ts';
import { LONG, nodeSha256, noVectors, vector, vectorFiles } from './support.ts';

const base64 = (text: string): Uint8Array => Buffer.from(text, 'base64');
const leaves = Array.from({ length: 131 }, (_, at) => leafHash(Uint8Array.of(at), nodeSha256));

/** RFC 6962, section 2.1, word for word. */
function reference(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return nodeSha256('');
  if (hashes.length === 1) return hashes[0] as Uint8Array;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(reference(hashes.slice(0, split)), reference(hashes.slice(split)), nodeSha256);
}

function treeOf(hashes: readonly Uint8Array[]): MerkleTree {
  const tree = createTree(nodeSha256);
  for (const hash of hashes) tree.append(hash);
  return tree;
}

describe('published vectors', () => {
  it.skipIf(noVectors)(`inclusion: faulty where they say so ${noVectors || ''}`, () => {
    const files = vectorFiles('merkle/inclusion');
    for (const file of files) {
      const { leafIdx, treeSize, root, leafHash, proof, wantErr } = vector(file);
      const fault = inclusionFault({
        index: leafIdx,
        size: treeSize,
        leafHash: base64(leafHash),
        root: base64(root),
        proof: (proof ?? []).map(base64),
      });
      expect({ file, faulty: fault !== undefined }).toEqual({ file, faulty: wantErr });
    }
    expect(files.length).toBeGreaterThan(20);
  });

  it.skipIf(noVectors)(`consistency: faulty where they say so ${noVectors || ''}`, () => {
    const files = vectorFiles('merkle/consistency');
    for (const file of files) {
      const { size1, size2, root1, root2, proof, wantErr } = vector(file);
      const fault = consistencyFault({
        from: { size: size1, root: base64(root1) },
        to: { size: size2, root: base64(root2) },
        proof: (proof ?? []).map(base64),
      });
      expect({ file, faulty: fault !== undefined }).toEqual({ file, faulty: wantErr });
    }
    expect(files.length).toBeGreaterThan(15);
  });

  it.skipIf(noVectors)(`roots of the eight classic leaves ${noVectors || ''}`, () => {
    const { leafInputsHex, rootsHexBySize } = vector('notes/rfc6962-8-leaves.json');
    const hashes = leafInputsHex.map((hex: string) => leafHash(Buffer.from(hex, 'hex')));
    rootsHexBySize.forEach((root: string, size: number) => {
      expect(Buffer.from(rootOf(hashes.slice(0, size))).toString('hex')).toBe(root);
      expect(Buffer.from(treeOf(hashes).root(size)).toString('hex')).toBe(root);
    });
  });

  it.skipIf(noVectors)(`hashes of and proofs in every subtree up to 130 leaves ${noVectors || ''}`, () => {
    const wanted = vector('notes/rfc6962-8-leaves.json').accumulated_subtree_vectors;
    const hashLines = createHash('sha256');
    const proofLines = createHash('sha256');
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    for (let end = 0; end <= 130; end += 1) {
      for (let start = 0; start <= end; start += 1) {
        if (start < end && start % 2 ** Math.ceil(Math.log2(end - start)) !== 0) continue;
        const tree = treeOf(leaves.slice(start, end));
        hashLines.update(`[${start}, ${end}) ${hex(tree.root())}\n`);
        for (let index = start; index < end; index += 1) {
          const proof = proveInclusion(tree, index - start, tree.size, nodeSha256);
          proofLines.update(`${index} [${start}, ${end})${proof.map((hash) => ` ${hex(hash)}`).join('')}\n`);
        }
      }
    }
    expect(hashLines.digest('hex')).toBe(wanted.subtreeHash);
    expect(proofLines.digest('hex')).toBe(wanted.subtreeInclusionProof);
  });
});

describe('trees up to 130 leaves', () => {
  const tree = treeOf(leaves);

  it('have the roots that the recursive definition gives, at every size', () => {
    for (let size = 0; size <= 130; size += 1) {
      const root = reference(leaves.slice(0, size));
      expect(tree.root(size)).toEqual(root);
      expect(rootOf(leaves.slice(0, size), nodeSha256)).toEqual(root);
      expect(rootAt(tree, size, nodeSha256)).toEqual(root);
    }
    expect(emptyRoot()).toEqual(reference([]));
  });

  it('prove every leaf at every size', () => {
    for (let size = 1; size <= 130; size += 1) {
      const root = tree.root(size);
      for (let index = 0; index < size; index += 1) {
        const proof = proveInclusion(tree, index, size, nodeSha256);
        const claim = { index, size, leafHash: leaves[index] as Uint8Array, proof, root };
        expect(inclusionFault(claim, nodeSha256)).toBeUndefined();
      }
    }
  });

  it('prove every size consistent with every later one', () => {
    for (let to = 0; to <= 130; to += 1) {
      for (let from = 0; from <= to; from += 1) {
        const proof = proveConsistency(tree, from, to, nodeSha256);
        const claim = {
          from: { size: from, root: tree.root(from) },
          to: { size: to, root: tree.root(to) },
          proof,
        };
        expect(consistencyFault(claim, nodeSha256)).toBeUndefined();
      }
    }
  });

  it('prove nothing once any bit of a proof, a leaf or a root is turned', () => {
    for (const [index, size] of [
      [0, 7],
      [4, 5],
      [77, 130],
    ] as const) {
      const good = {
        index,
        size,
        leafHash: leaves[index] as Uint8Array,
        proof: proveInclusion(tree, index, size, nodeSha256),
        root: tree.root(size),
      };
      for (const bad of turned(good.proof))
        expect(inclusionFault({ ...good, proof: bad }, nodeSha256)).toBe('wrong-root');
      for (const [leafHash] of turned([good.leafHash])) {
        expect(inclusionFault({ ...good, leafHash: leafHash as Uint8Array }, nodeSha256)).toBe('wrong-root');
      }
    }
    for (const [from, to] of [
      [1, 8],
      [6, 8],
      [77, 130],
    ] as const) {
      const proof = proveConsistency(tree, from, to, nodeSha256);
      const heads = { from: { size: from, root: tree.root(from) }, to: { size: to, root: tree.root(to) } };
      for (const bad of turned(proof))
        expect(consistencyFault({ ...heads, proof: bad }, nodeSha256)).toBe('wrong-root');
    }
  });

  it('prove nothing at another index, of another size, or with a hash more or less', () => {
    const size = 100;
    const root = tree.root(size);
    for (let index = 0; index < size; index += 7) {
      const proof = proveInclusion(tree, index, size, nodeSha256);
      const claim = { index, size, leafHash: leaves[index] as Uint8Array, proof, root };
      for (let other = 0; other < size; other += 1) {
        if (other !== index) expect(inclusionFault({ ...claim, index: other }, nodeSha256)).toBeDefined();
      }
      for (const bad of [proof.slice(1), proof.slice(0, -1), [...proof, root], [root, ...proof]]) {
        expect(inclusionFault({ ...claim, proof: bad }, nodeSha256)).toBeDefined();
      }
    }
    for (let from = 1; from < size; from += 7) {
      const proof = proveConsistency(tree, from, size, nodeSha256);
      const heads = { from: { size: from, root: tree.root(from) }, to: { size, root } };
      for (const bad of [proof.slice(1), proof.slice(0, -1), [...proof, root]]) {
        expect(consistencyFault({ ...heads, proof: bad }, nodeSha256)).toBeDefined();
      }
    }
  });

  it('refuse to prove what they do not hold', () => {
    for (const [index, size] of [
      [131, 131],
      [-1, 5],
      [5, 5],
      [0, 132],
      [0.5, 3],
      [Number.NaN, 3],
    ] as const) {
      expect(() => proveInclusion(tree, index, size)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_INPUT' }),
      );
    }
    expect(() => proveConsistency(tree, 3, 2)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_INPUT' }),
    );
    expect(() => tree.hashAt(3, 100)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
    expect(() => tree.append(new Uint8Array(31))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_INPUT' }),
    );
  });

  it('give the pure hasher’s results with the platform’s', () => {
    const pure = createTree();
    for (const hash of leaves) pure.append(hash);
    expect(pure.root()).toEqual(tree.root());
    expect(proveInclusion(pure, 77, 131)).toEqual(proveInclusion(tree, 77, 131, nodeSha256));
    expect(leafHash('Möbius')).toEqual(leafHash(Buffer.from('Möbius'), nodeSha256));
  });

  it('do not let a caller change them through what they answer', () => {
    const root = tree.root();
    tree.hashAt(0, 3).fill(0);
    tree.root().fill(0);
    expect(tree.root()).toEqual(root);
  });
});

describe('a consistency proof from size 0', () => {
  const root = reference(leaves.slice(0, 8));
  const empty = { size: 0, root: emptyRoot() };

  it('is empty, and asks for the root of the empty tree', () => {
    expect(consistencyFault({ from: empty, to: { size: 8, root }, proof: [] })).toBeUndefined();
    expect(consistencyFault({ from: empty, to: empty, proof: [] })).toBeUndefined();
    expect(consistencyFault({ from: { size: 0, root }, to: { size: 8, root }, proof: [] })).toBe(
      'wrong-root',
    );
    expect(consistencyFault({ from: { size: 0, root }, to: { size: 0, root }, proof: [] })).toBe(
      'wrong-root',
    );
    expect(consistencyFault({ from: empty, to: { size: 8, root }, proof: [root] })).toBe('wrong-length');
  });
});

describe('hostile claims', () => {
  const runs = { numRuns: LONG ? 20_000 : 500 };
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const odd = fc.oneof(
    fc.anything(),
    hash,
    fc.nat(),
    fc.array(hash, { maxLength: 70 }),
    fc.constant(2 ** 53),
  );

  it('are answered, never thrown at', () => {
    fc.assert(
      fc.property(odd, odd, odd, odd, odd, (index, size, leafHash, proof, root) => {
        expect(inclusionFault({ index, size, leafHash, proof, root } as never)).toBeDefined();
        expect(
          consistencyFault({ from: { size: index, root }, to: { size, root: leafHash }, proof } as never),
        ).toBeDefined();
        expect(inclusionFault(index as never)).toBe('malformed');
        expect(consistencyFault(index as never)).toBe('malformed');
      }),
      runs,
    );
  });

  it('with more than 63 hashes are malformed', () => {
    const proof = Array.from({ length: 64 }, () => new Uint8Array(32));
    const root = new Uint8Array(32);
    expect(inclusionFault({ index: 0, size: 2 ** 52, leafHash: root, proof, root })).toBe('malformed');
    expect(inclusionFault({ index: 0, size: 2 ** 52, leafHash: root, proof: proof.slice(0, 52), root })).toBe(
      'wrong-root',
    );
    expect(inclusionFault({ index: 0, size: 2 ** 52, leafHash: root, proof: proof.slice(0, 53), root })).toBe(
      'wrong-length',
    );
  });
});

/** Every copy of some hashes with one bit turned. */
function* turned(hashes: readonly Uint8Array[]): Generator<Uint8Array[]> {
  for (let at = 0; at < hashes.length; at += 1) {
    for (let bit = 0; bit < 256; bit += 1) {
      const copy = hashes.map((hash) => hash.slice());
      const bytes = copy[at] as Uint8Array;
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      yield copy;
    }
  }
}
