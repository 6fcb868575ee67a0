/** Floor 1: entries, trees, tiles, notes, proofs and offline verification. Pure; runs in browsers. */
export { canonicalize } from '../kernel/index.ts';
export { type Checkpoint, checkpointBody, parseCheckpoint } from './checkpoint.ts';
export {
  checkpointPath,
  type DirectoryEntry,
  type DirectoryFile,
  type DirectoryInput,
  directoryFiles,
  disclosuresPath,
} from './directory.ts';
export { type Disclosure, disclosureDigest, encodeDisclosure, parseDisclosure } from './disclosure.ts';
export { ed25519PublicKey, ed25519Sign, ed25519Verify, type SignatureVerifier } from './ed25519.ts';
export { encodeLeaf, type Leaf, type LeafFault, type LeafInput, leafFault, parseLeaf } from './entry.ts';
export type { Finding, FindingKind } from './finding.ts';
export { type Manifest, type ManifestFile, manifestBody, parseManifest } from './manifest.ts';
export { emptyRoot, leafHash, nodeHash, rootAt, rootOf, type TreeReader } from './merkle.ts';
export {
  type Note,
  type NoteFault,
  type NoteSignature,
  noteFault,
  parseNote,
  parseVerifierKey,
  type VerifierKey,
} from './note.ts';
export { noteSignatureLine, signerKeyOf, signNote, verifierKeyOf } from './note-signing.ts';
export {
  type ConsistencyClaim,
  consistencyFault,
  type InclusionClaim,
  inclusionFault,
  type ProofFault,
  proveConsistency,
  proveInclusion,
  type TreeHead,
} from './proofs.ts';
export { encodeProof, parseProof, proofFault, type Receipt, type ReceiptFault } from './receipt.ts';
export { type Hasher, sha256 } from './sha256.ts';
export {
  edgeRoot,
  emptyEdge,
  extendTiles,
  type FullTile,
  type TileEdge,
  type TileGrowth,
} from './tile-edge.ts';
export { type TileLookup, tileReader, tilesForConsistency, tilesForInclusion } from './tile-reader.ts';
export {
  decodeEntries,
  decodeLeaves,
  encodeEntries,
  entriesPath,
  parseTilePath,
  type TileRef,
  tilePath,
} from './tiles.ts';
export { createTree, type MerkleTree } from './tree.ts';
export { verifyDirectory } from './verify-directory.ts';
export type { DirectorySource } from './verify-files.ts';
export type { AnchorLevel, DirectoryReport, VerifyOptions } from './verify-options.ts';
