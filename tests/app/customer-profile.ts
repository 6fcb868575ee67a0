import { z } from 'zod';
import { commercial, contact, internal, publicField } from '../../src/index.ts';

/** The customer shape of the tests: each sensitivity once. */
export const customerProfile = z.object({
  name: publicField(z.string()),
  industry: publicField(z.string()).optional(),
  phone: contact(z.string()).optional(),
  need: commercial(z.string()).optional(),
  creditLimit: internal(z.number().int()).optional(),
});
export type CustomerProfile = typeof customerProfile;
