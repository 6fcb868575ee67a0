import { z } from 'zod';
import { commercial, contact, publicField } from '../../src/index.ts';

/** Two companies whose people and customers have the same ids. */
export const TENANTS = ['acme', 'bolt'] as const;

export const profile = z.object({
  name: publicField(z.string()),
  industry: publicField(z.string()).optional(),
  phone: contact(z.string()).optional(),
  need: commercial(z.string()).optional(),
});
export type SceneProfile = typeof profile;

/** Small thresholds, all over 30 days, so that each is met and none is forgotten within a run. */
export const POLICY = {
  ownership: { maxHeld: 2 },
  claims: { escalateAfterWorkingDays: 1 },
  guard: {
    deletes: { mode: 'enforce', hold: { '30d': 2 }, block: { '30d': 9 } },
    overwrites: { mode: 'enforce', hold: { '30d': 2 } },
    reveals: { mode: 'enforce', alert: { '30d': 2 }, hold: { '30d': 4 } },
    exports: { mode: 'enforce', alert: { '30d': 2 }, hold: { '30d': 5 } },
    ownerChanges: { mode: 'enforce', hold: { '30d': 3 } },
  },
} as const;

/** From how many customers on a measure is held, whoever asks. */
export const HELD_FROM = { deletes: 2, overwrites: 2, reveals: 4, exports: 5, ownerChanges: 3 } as const;

export const ROLES = {
  HR: ['people.manage', 'handovers.sign.hr'],
  Finance: ['handovers.sign.finance'],
  Director: ['claims.decide', 'ownership.transfer'],
} as const;

export const ADMINS = ['ada', 'ben'] as const;
export const SELLERS = ['dana', 'eve', 'finn'] as const;
/** Everybody but the administrators: who they are, and who is above them. */
export const STAFF = [
  { id: 'chief' },
  { id: 'boss', managerId: 'chief' },
  { id: 'dana', managerId: 'boss' },
  { id: 'eve', managerId: 'boss' },
  { id: 'finn', managerId: 'chief' },
  { id: 'hr', roles: ['HR'] },
  { id: 'fin', roles: ['Finance'] },
  { id: 'director', roles: ['Director'] },
] as const;
export const EVERYBODY = [...ADMINS, ...STAFF.map(({ id }) => id)];

export const CUSTOMERS = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'] as const;

/** A value that is personal, and tells where it belongs wherever it turns up. */
export function canary(tenant: string, subject: string, field: string, number = 0): string {
  return `CANARY-${tenant}-${subject}-${field}-${number}`;
}

/** The canaries in a text. */
export function canariesIn(
  text: string,
): readonly { readonly tenant: string; readonly subject: string; readonly field: string }[] {
  if (!text.includes('CANARY')) return [];
  return [...text.matchAll(/CANARY-(\w+)-(\w+)-(\w+)-\d+/g)].map(
    ([, tenant = '', subject = '', field = '']) => ({ tenant, subject, field }),
  );
}
