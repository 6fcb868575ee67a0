/** Tells people by HTTP, as Standard Webhooks says, and checks what was told that way. */
export * from './signature.ts';
export * from './webhook-notifier.ts';
