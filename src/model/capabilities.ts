/** Every right that a role can give, in the whole company. A closed list. */
export const CAPABILITIES = [
  /** Hire, update, delegate for others. */
  'people.manage',
  /** Decide any claim but one's own. */
  'claims.decide',
  /** See every customer with all fields. */
  'customers.read',
  /** Change any customer's profile. */
  'customers.update',
  /** Move customers between owners and out of pools. */
  'ownership.transfer',
  /** Record orders from outside. */
  'orders.record',
  'holds.release',
  'handovers.sign.supervisor',
  'handovers.sign.hr',
  'handovers.sign.finance',
  'risk.read',
  /** Read the ledger's entries, proofs and checkpoints, and export it. */
  'ledger.read',
  'policies.adopt',
  'privacy.erase',
  'reports.read',
  /** See alerts about others, by pseudonym. */
  'alerts.read',
  /** Decide alerts about others, and agree to unmask one. */
  'alerts.handle',
  /** Answer what people contest, where one is not involved. */
  'contests.answer',
] as const;
/** A right in the whole company. */
export type Capability = (typeof CAPABILITIES)[number];

/** Which capabilities the host's own role names give. */
export type RoleMap = { readonly [role: string]: readonly Capability[] };

/** What a service of the host may do. Never a decision that belongs to a person. */
export const SERVICE_CAPABILITIES: readonly Capability[] = ['people.manage', 'orders.record'];
