/** The words of a handover: what is handed over, what becomes of it, who signs. Closed lists. */

/** What is handed over. The first three are found by the keeper, the others are reported by the host. */
export const HANDOVER_ITEM_KINDS = [
  'customer',
  'claim',
  'collaboration',
  'order',
  'amount',
  'communication',
  'group',
  'automation',
  'asset',
] as const;
/** What is handed over. */
export type HandoverItemKind = (typeof HANDOVER_ITEM_KINDS)[number];

/** What may become of each kind of item: it goes to somebody, into the pool, to its end, or off the books. */
export const DISPOSITIONS = {
  customer: ['transfer', 'return_to_pool', 'terminate', 'write_off'],
  claim: ['transfer', 'terminate'],
  collaboration: ['transfer', 'terminate'],
  order: ['transfer', 'terminate', 'write_off'],
  amount: ['transfer', 'write_off'],
  communication: ['transfer', 'terminate'],
  group: ['transfer', 'terminate'],
  automation: ['transfer', 'terminate'],
  asset: ['transfer', 'return_to_pool', 'write_off'],
} as const satisfies { readonly [Kind in HandoverItemKind]: readonly string[] };
/** What may become of an item of a kind. */
export type DispositionOf<Kind extends HandoverItemKind> = (typeof DISPOSITIONS)[Kind][number];
/** What may become of an item. */
export type Disposition = DispositionOf<HandoverItemKind>;

/** Who signs a handover, each for a side of their own. */
export const HANDOVER_PARTIES = ['supervisor', 'hr', 'finance'] as const;
/** Who signs a handover. */
export type HandoverParty = (typeof HANDOVER_PARTIES)[number];

/** What a field of an item holds. Texts are personal and sealed; the others are facts. */
export const HANDOVER_FIELD_TYPES = ['text', 'instant', 'day', 'money', 'number'] as const;
/** What a field of an item holds. */
export type HandoverFieldType = (typeof HANDOVER_FIELD_TYPES)[number];
