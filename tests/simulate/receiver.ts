import type { Notice, Notifier } from '../../src/ports/index.ts';
import type { Simulation } from '../../src/testing/simulation/index.ts';
import type { Breach } from './promises.ts';

/** Where people are told, and what it has heard. */
export interface Receiver {
  /** At the server of the receiver. */
  readonly notifier: Notifier;
  /** The same as a keeper has it: what it hands over is remembered. */
  handedOver(notifier: Notifier): Notifier;
  has(id: string): boolean;
  /** Notices that some keeper began to hand over and that never arrived. */
  missing(): readonly Notice[];
}

/** What a receiver is told of the world around it. */
export interface ReceiverFacts {
  /** Whether things go wrong: then it says now and then that it failed. */
  isDisturbed(): boolean;
  /** Whether somebody is still to be told of it. */
  isOfConcern(notice: Notice): boolean;
}

/** A receiver that has heard nothing. */
export function createReceiver(
  simulation: Simulation,
  breach: Breach,
  { isDisturbed, isOfConcern }: ReceiverFacts,
): Receiver {
  const arrived = new Set<string>();
  const begun = new Map<string, Notice>();
  const latest = new Map<string, number>();
  /** On their way when they became nobody's business: their process ended, and none calls a letter back. */
  const overtaken = new Set<string>();
  return {
    notifier: {
      specificationVersion: 'v1',
      name: 'post',
      types: null,
      async notify(notice) {
        const { id, index, subject, tenant, type } = notice;
        simulation.count(arrived.has(id) ? 'notice told again' : 'notice told');
        if (JSON.stringify(notice).includes('CANARY'))
          breach('privacy', `a notice of ${tenant} tells a personal value: ${type}`);
        const before = latest.get(`${tenant} ${subject}`) ?? -1;
        if (!arrived.has(id) && !overtaken.has(id) && index < before)
          breach(
            'events at least once and in order',
            `${tenant} told ${type} ${index} of ${subject} after ${before} of the same`,
          );
        latest.set(`${tenant} ${subject}`, Math.max(before, index));
        arrived.add(id);
        return simulation.dice.once(12) && isDisturbed()
          ? { status: 'failed', retryAfterMs: null }
          : { status: 'delivered' };
      },
    },
    handedOver: (notifier) => ({
      ...notifier,
      notify(notice) {
        for (const other of begun.values()) {
          const isEarlier =
            `${other.tenant} ${other.subject}` === `${notice.tenant} ${notice.subject}` &&
            other.index < notice.index;
          if (isEarlier && !arrived.has(other.id) && !isOfConcern(other)) overtaken.add(other.id);
        }
        begun.set(notice.id, notice);
        return notifier.notify(notice);
      },
    }),
    has: (id) => arrived.has(id),
    missing: () => [...begun.values()].filter(({ id }) => !arrived.has(id)),
  };
}
