const SERVERS = ['database', 'signer', 'post', 'stream'];
const FAULTS = ['refused', 'request-lost', 'answer-lost', 'disputed', 'late', 'twice', 'outage'];

/** Every kind of fault and of conflict that a campaign has to meet, by the names it counts them under. */
export const KINDS: readonly string[] = [
  ...SERVERS.flatMap((server) => [...FAULTS, 'unknown outcome'].map((kind) => `${server}: ${kind}`)),
  ...['database: disk full', 'database: reordered'],
  ...['crash', 'crash in mid-write', 'restart', 'pause', 'clock step'],
  ...['conflict', 'bound', 'lost race for positions', 'settled by repetition', 'asked again'],
  ...['notice told again', 'event streamed again', 'tampering', 'tampering before the seal'],
];

/** From how many seeds on each kind must have come so often. */
const MANY_SEEDS = 10_000;
const OFTEN = 1_000;

/** The kinds that came too seldom for so many seeds. */
export function rareOf(counts: ReadonlyMap<string, number>, seeds: number): readonly string[] {
  return seeds < MANY_SEEDS ? [] : KINDS.filter((kind) => (counts.get(kind) ?? 0) < OFTEN);
}
