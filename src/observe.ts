/** Watching a keeper: the names of health, of log lines and of what observers see. */

export type {
  AlarmSeen,
  Answering,
  DeliveryHealth,
  Health,
  HealthCode,
  HealthOptions,
  HealthReason,
  HealthStatus,
  LogEvent,
  TenantHealth,
  TenantWork,
  UnsealedWork,
} from './app/index.ts';
export { LOG_EVENTS } from './app/index.ts';
export type {
  LogFacts,
  Logger,
  ObservedFact,
  ObservedFigures,
  ObservedSpan,
  ObservedWork,
  Observer,
} from './ports/index.ts';
