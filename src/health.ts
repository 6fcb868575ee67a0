/** How a keeper fares: the names that `keeper.health` speaks with. */

export type {
  AlarmSeen,
  Answering,
  DeliveryHealth,
  Health,
  HealthCode,
  HealthOptions,
  HealthReason,
  HealthStatus,
  TenantHealth,
  TenantWork,
  UnsealedWork,
} from './app/index.ts';
export { HEALTH_CODES } from './app/index.ts';
