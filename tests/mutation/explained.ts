/** A survivor: what was changed, into what, and why no test notices or has to. */
type Survivor = readonly [from: string, to: string, because: string];

const SHORTCUT = 'only a shortcut is lost: the long way says the same';
const SAME = 'where both are equal, both branches say the same';
const FOR_TYPES = 'the next look finds nothing either: what is tested is there for the types';
const NEVER_NULL = 'what it is compared with is never null';
const PROVED = 'who was not asked for proof is answered the same with it';
const NO_HOLD = 'what is no hold is found by nobody';
const IN_ORDER = 'spans are closed in the order of time already';

/** Every survivor, by its file. One that is not here fails the campaign. */
export const EXPLAINED: { readonly [file: string]: readonly Survivor[] } = {
  'src/guard/decide.ts': [
    ['window * 5', 'window / 5', SHORTCUT],
    ['at * 5', 'at / 5', SHORTCUT],
    ['total < lowest && !input.steppedUp', 'false', SHORTCUT],
    ['total < lowest', 'false', SHORTCUT],
    ['{ if (lowest - 1 - counted < room) room = lowest - 1 - counted; continue; }', '{}', SHORTCUT],
    ['known !== undefined', 'false', 'thresholds are laid out once more, the same'],
    ['lowest - 1 - counted < room', 'lowest - 1 - counted <= room', SAME],
    ['threshold - 1 - counted < room', 'threshold - 1 - counted <= room', SAME],
    ['reached > step', 'reached >= step', SAME],
    ['step > STEP.alert', 'step >= STEP.alert', SAME],
  ],
  'src/guard/decide-hold.ts': [
    ['party !== null', 'true', NEVER_NULL],
    [
      '[hold.requester, hold.onBehalfOf].filter((party) => party !== null)',
      '[hold.requester, hold.onBehalfOf]',
      NEVER_NULL,
    ],
    ['hold.beneficiary !== null', 'true', NEVER_NULL],
  ],
  'src/guard/past-requests.ts': [
    [
      "'active'",
      "''",
      'whoever is neither departed nor a service is asked about notice by `tightened` alone',
    ],
    ['return true;', '', 'the next case says the same of entries that count nothing'],
  ],
  'src/guard/rehearse.ts': [
    ['proof.length > 0', 'proof.length >= 0', PROVED],
    ['proof.length > 0', 'true', PROVED],
    ["'waits'", "''", 'only what is placed and what was released are told apart'],
    ['?.', '.', 'who asks is known by then: what was on record is decided first'],
    ["entry.type === 'hold-placed'", 'true', 'a hold that is decided was found when it was placed'],
    [
      "entry.type === 'hold-placed'",
      "entry.type !== 'hold-placed'",
      'found when it is decided is early enough',
    ],
    ['rehearsing', 'true', 'does once more what following did'],
    ["'hold-expired'", "''", 'what is over is found to be so when it is asked for again'],
    ['found === undefined', 'false', NO_HOLD],
    ['hold === null || found === undefined', 'false', NO_HOLD],
    ['request !== null', 'true', 'only a request releases'],
    ['request === null', 'false', 'where nothing was asked, nothing was observed'],
    ["type === 'hold-placed' && !holds.has(id)", 'true', NO_HOLD],
    ["type === 'hold-placed' && !holds.has(id)", "type === 'hold-placed' || !holds.has(id)", NO_HOLD],
    ["type === 'hold-placed'", 'true', NO_HOLD],
    ['hold === null', 'false', NO_HOLD],
    ['hold === null || found === undefined', 'hold === null && found === undefined', NO_HOLD],
  ],
  'src/guard/usage.ts': [
    ['[]', "['Something else']", 'no letter is later than a moment'],
    [
      'endOf(to, DAY_MS) <= now - WINDOW_MS[3]',
      'endOf(to, DAY_MS) < now - WINDOW_MS[3]',
      'what is kept a moment longer lies in no window',
    ],
    [
      'endOf(to, span) <= now - olderThan',
      'endOf(to, span) < now - olderThan',
      'what is merged a moment later lies in the same windows',
    ],
    ['left - right', 'left + right', IN_ORDER],
    ['([, left], [, right]) => left - right', '() => undefined', IN_ORDER],
    ['[...byEnd.values()].sort(([, left], [, right]) => left - right)', '[...byEnd.values()]', IN_ORDER],
  ],
  'src/handover/decide-handover.ts': [['leaver === null', 'false', FOR_TYPES]],
  'src/handover/decide-prepare.ts': [
    ['to === null', 'false', FOR_TYPES],
    ['?.', '.', 'there is one: they were counted before'],
    [
      'Object.hasOwn(required, field)',
      'true',
      'what every object has by a name is the name of no type either',
    ],
    ['return false;', '', 'undefined refuses as false does'],
    ["typeof value !== 'object'", 'false', 'what is no object has no amount'],
    ['[]', "['Something else']", 'no field can be called so'],
  ],
  'src/handover/decide-sign.ts': [
    ['first !== undefined', 'true', 'a template has two parties at least: before the last there is a first'],
    ['to !== null', 'true', NEVER_NULL],
    [
      'set.rows.map(([, , to]) => to).filter((to) => to !== null)',
      'set.rows.map(([, , to]) => to)',
      NEVER_NULL,
    ],
  ],
  'src/handover/decide-watch.ts': [
    ['lastSaleAt < orders.lastAt', 'lastSaleAt <= orders.lastAt', SAME],
    ['watch === undefined', 'false', FOR_TYPES],
  ],
  'src/handover/folds.ts': [
    ['() => ({})', '() => undefined', 'nothing is spread either way'],
    ["'pending'", "''", 'the entry says where an item stands, and that is written over it'],
  ],
};
