/** The types of entries of which people are told. A closed list that grows. */
export const NOTICE_TYPES = [
  'alert-raised',
  'alert-repeated',
  'alert-escalated',
  'alert-confirmed',
  'alert-dismissed',
  'alert-resolved',
  'alert-unmask-requested',
  'claim-submitted',
  'claim-escalated',
  'follow-up-reminded',
  'follow-up-escalated',
  'first-contact-reminded',
  'first-contact-escalated',
  'hold-placed',
  'hold-escalated',
  'hold-released',
  'hold-denied',
  'hold-expired',
] as const;
/** A type of entry of which people are told. */
export type NoticeType = (typeof NOTICE_TYPES)[number];
