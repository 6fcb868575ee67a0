/** What is kept of watching a customer after an exit: a part of its clock, and so gone with it. */
import * as z from 'zod/mini';
import { entryId, instant } from './stored-parts.ts';

/** Whether the successor got in touch; what was said while that did not come. */
export const CONTACT_STAGES = ['waiting', 'reminded', 'escalated', 'made'] as const;
/** Whether the successor got in touch; what was said while that did not come. */
export type ContactStage = (typeof CONTACT_STAGES)[number];

/** How a customer bought before the leaving became known, and when that counts as over. */
const watchedOrdersSchema = z.strictObject({
  /** The usual distance of two orders. */
  everyDays: z.int(),
  /** So long without an order is silence. */
  silentAfterDays: z.int(),
  lastAt: instant,
  silentAt: instant,
  /** Whether the silence was told. */
  told: z.boolean(),
});

export const watchSchema = z.strictObject({
  handover: entryId,
  contact: z.enum(CONTACT_STAGES),
  contactedAt: z.nullable(instant),
  /** When the customer last refused whoever owns it now. */
  refusedAt: z.nullable(instant),
  /** `null` for who was no regular buyer. */
  orders: z.nullable(watchedOrdersSchema),
});

export type WatchedOrders = z.output<typeof watchedOrdersSchema>;
export type Watch = z.output<typeof watchSchema>;
