/** The constants of SHA-2 are digits of roots of primes; 300 bytes of code instead of 2 kB of digits. */
const primes: bigint[] = [];
for (let candidate = 2n; primes.length < 80; candidate += 1n) {
  if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate);
}

/** First 64 fractional bits of the `degree`-th root of a prime. */
function fractionOfRoot(prime: bigint, degree: bigint): bigint {
  const target = prime << (64n * degree);
  let root = 0n;
  for (let bit = 1n << 68n; bit > 0n; bit >>= 1n) if ((root | bit) ** degree <= target) root |= bit;
  return BigInt.asUintN(64, root);
}

/** SHA-512's round constants (FIPS 180-4, section 4.2.3); the upper halves of the first 64 are SHA-256's. */
export const ROUNDS = /* @__PURE__ */ BigUint64Array.from(primes, (prime) => fractionOfRoot(prime, 3n));

/** SHA-512's initial state (section 5.3.5); the upper halves are SHA-256's. */
export const INITIAL = /* @__PURE__ */ BigUint64Array.from(primes.slice(0, 8), (prime) =>
  fractionOfRoot(prime, 2n),
);
