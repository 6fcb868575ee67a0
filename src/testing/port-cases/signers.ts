import { utf8 } from '../../kernel/index.ts';
import { ed25519Verify } from '../../ledger/index.ts';
import type { SignedHead, Signer, SignOutcome } from '../../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from '../conformance.ts';
import { expectThat, same, shown } from '../expectations.ts';

/** What the suite needs to test a signer. */
export interface SignerHarness {
  /** A signer that has signed nothing yet. */
  readonly signer: Signer;
  /**
   * Opens the same key and memory once more, as another process would, beside the first or after a restart. `null`
   * for a signer that ends with its process: that is for tests, never beside a durable store.
   */
  readonly reopen: (() => Promise<Signer>) | null;
  /** Lets go of what the case opened. */
  close(): Promise<void>;
}

const SIGNERS: SubjectKind<SignerHarness> = {
  claims: ({ reopen }) => reopen !== null,
  watch: (harness, log) => ({
    signer: log.watch(harness.signer, ''),
    reopen:
      harness.reopen && (async () => log.watch((await harness.reopen?.()) as Signer, 'another process: ')),
    close: () => harness.close(),
  }),
  close: (harness) => harness.close(),
};

function clause(
  id: string,
  title: string,
  hint: string,
  check: (signer: Signer) => Promise<void>,
): ConformanceCase<SignerHarness> {
  return makeClause({ id, title, claim: null, hint }, SIGNERS, ({ signer }) => check(signer));
}

/** A clause for signers that outlive their process. */
function clauseIfDurable(
  id: string,
  title: string,
  hint: string,
  check: (signer: Signer, reopen: () => Promise<Signer>) => Promise<void>,
): ConformanceCase<SignerHarness> {
  const facts = { id, title: `(durable) ${title}`, claim: 'durable', hint };
  return makeClause(facts, SIGNERS, ({ signer, reopen }) => check(signer, reopen as () => Promise<Signer>));
}

const body = utf8('what is signed\n');
const headOf = (size: number, fill = size): SignedHead => ({ size, root: new Uint8Array(32).fill(fill) });
const copyOf = ({ size, root }: SignedHead): SignedHead => ({ size, root: Uint8Array.from(root) });

const sign = (signer: Signer, head: SignedHead | null, origin = 'example.org/acme'): Promise<SignOutcome> =>
  signer.sign({ origin, body, head });

async function lastOf(signer: Signer, origin = 'example.org/acme'): Promise<SignedHead | null> {
  const last = await signer.lastSigned(origin);
  return last === null ? null : copyOf(last);
}

/** Fails unless a head is refused for the one that was signed last. */
async function requireBehind(
  signer: Signer,
  head: SignedHead,
  last: SignedHead,
  step: string,
): Promise<void> {
  const outcome = await sign(signer, head);
  same(outcome.status, 'behind', step);
  if (outcome.status === 'behind') same(copyOf(outcome.last), last, `${step}, what was signed last`);
}

/** The contract of the signer port, clause by clause. */
export const signerCases: readonly ConformanceCase<SignerHarness>[] = [
  clause(
    'SG-01',
    'states the version of the port, and one public key of 32 bytes',
    'Give out the raw key (32 bytes), not PEM or DER, and the same bytes each time.',
    async (signer) => {
      same(signer.specificationVersion, 'v1', 'specificationVersion');
      const key = Uint8Array.from(signer.publicKey);
      same(key.length, 32, 'length of the public key');
      await sign(signer, headOf(1));
      same(Uint8Array.from(signer.publicKey), key, 'the public key after signing');
    },
  ),

  clause(
    'SG-02',
    'signs any body so that the public key verifies it',
    'Sign the bytes themselves with Ed25519 (not a hash of them, not a text made of them), and answer 64 raw bytes.',
    async (signer) => {
      for (const bytes of [
        body,
        new Uint8Array(),
        utf8('客户 \n'),
        Uint8Array.of(0, 255, 13, 10),
        new Uint8Array(70_000),
      ]) {
        for (const head of [null, headOf(1)]) {
          const outcome = await signer.sign({ origin: 'example.org/acme', body: bytes, head });
          same(outcome.status, 'signed', `a body of ${bytes.length} bytes`);
          if (outcome.status !== 'signed') return;
          same(outcome.signature.length, 64, 'length of the signature');
          const signature = Uint8Array.from(outcome.signature);
          same(
            ed25519Verify(signer.publicKey, bytes, signature),
            true,
            `the signature of ${bytes.length} bytes`,
          );
        }
      }
    },
  ),

  clause(
    'SG-03',
    'signs a manifest at any time, and remembers nothing of it',
    'Compare and remember for a checkpoint only, which is a request with a head.',
    async (signer) => {
      same((await sign(signer, null)).status, 'signed', 'before any checkpoint');
      same(await lastOf(signer), null, 'what was signed last');
      await sign(signer, headOf(9));
      same((await sign(signer, null)).status, 'signed', 'after a checkpoint');
      same(await lastOf(signer), headOf(9), 'what was signed last, after both');
    },
  ),

  clause(
    'SG-04',
    'signs no size below the last one',
    'Compare with the last size of this origin, and refuse before anything is signed or remembered.',
    async (signer) => {
      same((await sign(signer, headOf(0, 7))).status, 'signed', 'an empty log');
      same((await sign(signer, headOf(5))).status, 'signed', 'forward');
      await requireBehind(signer, headOf(4), headOf(5), 'back by one');
      await requireBehind(signer, headOf(0, 7), headOf(5), 'back to the start');
      same(await lastOf(signer), headOf(5), 'what was signed last');
      same((await sign(signer, headOf(6))).status, 'signed', 'forward after a refusal');
      // Sizes that a text compares otherwise, and that do not fit into 32 bits.
      for (const size of [10, 100, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1])
        same((await sign(signer, headOf(size, 1))).status, 'signed', `forward to ${size}`);
      await requireBehind(signer, headOf(2 ** 32 + 2, 1), headOf(2 ** 53 - 1, 1), 'back by far');
    },
  ),

  clause(
    'SG-05',
    'signs one root for a size, and that one again',
    'Compare size and root: equal sizes need equal roots, and equal heads are signed once more.',
    async (signer) => {
      await sign(signer, headOf(5));
      await requireBehind(signer, headOf(5, 6), headOf(5), 'another root');
      const near = headOf(5);
      near.root[31] = 4;
      await requireBehind(signer, near, headOf(5), 'a root with another last byte');
      same((await sign(signer, headOf(5))).status, 'signed', 'the same head again');
      same(await lastOf(signer), headOf(5), 'what was signed last');
    },
  ),

  clause(
    'SG-06',
    'remembers each origin by itself',
    'The origin is cut, folded or decoded on its way to a name: store it whole, or a hash of it.',
    async (signer) => {
      const long = `example.org/${'t'.repeat(480)}`;
      const origins = [
        'example.org/a',
        'example.org/A',
        'example.org/a/',
        'example.org/aa',
        'a',
        '../a',
        'a b',
        '%61',
        `${long}x`,
        `${long}y`,
        '客户',
      ];
      for (const [at, origin] of origins.entries())
        same(
          (await sign(signer, headOf(100 - at), origin)).status,
          'signed',
          `the first of ${shown(origin)}`,
        );
      for (const [at, origin] of origins.entries())
        same(await lastOf(signer, origin), headOf(100 - at), `the last of ${shown(origin)}`);
    },
  ),

  clause(
    'SG-07',
    'tells what was signed last, and nothing else',
    'Remember a copy of size and root at the moment of signing; answer null for an origin that was never signed.',
    async (signer) => {
      same(await lastOf(signer), null, 'before anything was signed');
      const head = headOf(3);
      await sign(signer, head);
      // The caller may use its bytes again.
      head.root.fill(9);
      same(await lastOf(signer), headOf(3), 'after the first');
      const told = await signer.lastSigned('example.org/acme');
      told?.root.fill(8);
      same(await lastOf(signer), headOf(3), 'after somebody wrote into an answer');
      await sign(signer, headOf(2));
      same(await lastOf(signer), headOf(3), 'after a refusal');
      same(await lastOf(signer, 'example.org/other'), null, 'another origin');
    },
  ),

  clause(
    'SG-08',
    'signs one of several roots for a size, whoever asks at once',
    'Compare and remember in one step, under a lock: between both somebody else signs.',
    async (signer) => {
      for (let size = 1; size <= 5; size += 1) {
        const heads = Array.from({ length: 8 }, (_, at) => headOf(size, 10 + at));
        const outcomes = await Promise.all(heads.map((head) => sign(signer, head)));
        const signed = heads.filter((_, at) => outcomes[at]?.status === 'signed');
        same(signed.length, 1, `roots signed for size ${size}`);
        same(await lastOf(signer), signed[0], `what was signed last at size ${size}`);
      }
    },
  ),

  clauseIfDurable(
    'SG-09',
    'has the same key and memory after a restart',
    'Write the head aside, flush it, and put it in place before the signature is answered.',
    async (signer, reopen) => {
      await sign(signer, headOf(7));
      await sign(signer, headOf(3), 'example.org/other');
      const again = await reopen();
      same(Uint8Array.from(again.publicKey), Uint8Array.from(signer.publicKey), 'the public key');
      same(await lastOf(again), headOf(7), 'what was signed last');
      same(await lastOf(again, 'example.org/other'), headOf(3), 'what was signed last of another origin');
      await requireBehind(again, headOf(6), headOf(7), 'a smaller size');
      same((await sign(again, headOf(8))).status, 'signed', 'forward');
    },
  ),

  clauseIfDurable(
    'SG-10',
    'compares with what any process has signed',
    'Read what is remembered under the lock, each time; never from the memory of a process.',
    async (left, reopen) => {
      const right = await reopen();
      for (let size = 1; size <= 6; size += 1) {
        const [first, second] = size % 2 === 0 ? [left, right] : [right, left];
        same((await sign(first, headOf(size))).status, 'signed', `size ${size}`);
        await requireBehind(
          second,
          headOf(size, 99),
          headOf(size),
          `another root of size ${size} in the other process`,
        );
        same(await lastOf(second), headOf(size), `what the other process knows of size ${size}`);
      }
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, at) => sign(at % 2 === 0 ? left : right, headOf(50, at))),
      );
      const signed = outcomes.filter(({ status }) => status === 'signed').length;
      expectThat(signed === 1, 'both at once', 'one root signed', signed);
    },
  ),
];
