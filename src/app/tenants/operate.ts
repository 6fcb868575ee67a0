import { GamekeeperError, type TenantId } from '../../kernel/index.ts';
import {
  type DeadLettersQuery,
  deadLettersQuery,
  type ProfileShape,
  type RetryInput,
  retryInput,
  validate,
} from '../../model/index.ts';
import { checkTenantId } from '../commit/caller.ts';
import type { Page } from '../commit/pages.ts';
import { whyUnreadable } from '../commit/refresh.ts';
import { chance, type Platform, type Session } from '../commit/session.ts';
import type { DeadLettersRetried, DeadLetterView } from '../delivery/dead-letters.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import type { DeliveryStatus } from '../delivery/delivery-status.ts';
import type { Emitter } from '../delivery/emitter.ts';
import type { Health, HealthOptions } from '../observe/health.ts';
import { rememberAlarms } from '../observe/last-alarms.ts';
import type { Worker, WorkOptions } from '../workers/worker.ts';
import type { Tenants } from './tenants.ts';

/** What operators see and do of deliveries to notifiers and sinks. */
export interface DeliveriesArea {
  /** How far each notifier and sink was told: entries behind, age of the oldest, since when it takes nothing. */
  status(tenant: string): Promise<readonly DeliveryStatus[]>;
  /** Entries that were put aside since a notifier or a sink did not take them. */
  deadLetters(tenant: string, query?: DeadLettersQuery): Promise<Page<DeadLetterView>>;
  /**
   * Delivers dead letters once more, 100 at a time. They come late, behind later events about the same.
   *
   * @throws {GamekeeperError} `ERR_INVALID_INPUT` when there is no notifier or sink of that name.
   */
  retry(tenant: string, input: RetryInput): Promise<DeadLettersRetried>;
}

/** What keeps a keeper going: workers, and what their operators ask. */
export interface Operations {
  readonly deliveries: DeliveriesArea;
  work(options: WorkOptions): Promise<Worker>;
  health(options?: HealthOptions): Promise<Health>;
  /** Ends all workers of this process. */
  close(): Promise<void>;
}

/** The operations of a process, each loaded when it is first used. */
export function createOperations(
  tenants: Tenants,
  deliveries: Deliveries,
  emitter: Emitter,
  shape: ProfileShape,
  platform: Platform,
  probeTenant: TenantId | null,
): Operations {
  const { clock, timers, primitives } = platform;
  const alarms = rememberAlarms(emitter, clock);
  let health: Promise<Operations['health']> | null = null;
  const loadHealth = async (): Promise<Operations['health']> => {
    const { createHealth } = await import('../observe/check-health.ts');
    return createHealth({ ...tenants, alarms, deliveries, platform, probeTenant, shape });
  };
  const workers = new Set<Worker>();
  let closed = false;
  const open = (tenant: string): Promise<Session> => tenants.open(checkTenantId(tenant));
  const failed = (tenant: string, places: readonly string[], error: unknown): void =>
    emitter.alarm({
      tenant,
      kind: 'work-failed',
      places: [...places, error instanceof Error ? error.message : String(error)],
    });

  return {
    deliveries: {
      async status(tenant) {
        const { deliveryStatus } = await import('../delivery/delivery-status.ts');
        return deliveryStatus(await open(tenant), await deliveries.receivers());
      },
      async deadLetters(tenant, input = {}) {
        const query = validate(deadLettersQuery, input, 'query');
        const { listDeadLetters } = await import('../delivery/dead-letters.ts');
        return listDeadLetters(await open(tenant), await deliveries.receivers(), query);
      },
      async retry(tenant, input) {
        const { receiver, entry } = validate(retryInput, input, 'input');
        const { receiverOf, retryDeadLetters } = await import('../delivery/dead-letters.ts');
        const session = await open(tenant);
        const to = receiverOf(await deliveries.receivers(), receiver);
        const retried = await retryDeadLetters(session, to, entry ?? null);
        await deliveries.tell(session);
        return retried;
      },
    },
    async work(options) {
      if (closed) throw new GamekeeperError('ERR_CLOSED', 'the keeper was closed');
      const [{ startWorker }, { takeTurn }] = await Promise.all([
        import('../workers/worker.ts'),
        import('../workers/tenant-turn.ts'),
      ]);
      const worker = await startWorker(options, {
        timers,
        chance: () => chance(primitives),
        async turn(tenant, seen, pace) {
          const session = await open(tenant);
          const turn = takeTurn(session, seen, {
            ...pace,
            shape,
            deliveries,
            seal: () => tenants.seal(session),
            failed: (places, error) => failed(tenant, places, error),
          });
          return turn.catch(async (error: unknown) => {
            throw await whyUnreadable(session, error);
          });
        },
        failed: (tenant, error) => failed(tenant, [], error),
      });
      workers.add(worker);
      return worker;
    },
    async health(options) {
      health ??= loadHealth();
      return (await health)(options);
    },
    async close() {
      closed = true;
      await Promise.all([...workers].map((worker) => worker.stop()));
    },
  };
}
