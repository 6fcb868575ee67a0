import { EventEmitter } from 'eventemitter3';
import type { Instant, JsonValue } from '../../kernel/index.ts';

/** What listeners are told: a sealed entry, people and customers by the host's ids. */
export interface LedgerEvent {
  readonly tenant: string;
  readonly type: string;
  readonly entry: string;
  /** Position in the ledger. */
  readonly index: number;
  readonly at: Instant;
  /** Who did it: the host's id of an employee, the name of a service, or `system`. */
  readonly actor: string;
  readonly outcome: 'done' | 'refused';
  /** The code of the refusal. */
  readonly reason: string | null;
  /** The host's ids of the customers concerned; those erased are left out. */
  readonly customers: readonly string[];
  /** The host's ids of the employees concerned. */
  readonly employees: readonly string[];
  readonly data: { readonly [name: string]: JsonValue };
}

/**
 * Something that no listener should sleep through: an acknowledged entry is gone, sealing or a worker's turn failed, or
 * somebody is not told: a receiver said it is gone or takes nothing, an entry was given up or put aside, or a round of
 * delivery broke off.
 */
export interface IntegrityAlarm {
  readonly tenant: string;
  readonly kind:
    | 'lost-entry'
    | 'sealing-failed'
    | 'notifier-gone'
    | 'notice-given-up'
    | 'notifying-failed'
    | 'sink-failing'
    | 'event-put-aside'
    | 'work-failed';
  /** Ids of entries, or the reason; where somebody is not told, the name of the notifier or sink first. */
  readonly places: readonly string[];
}

/** Events by name: a type of entry, `entry` for all of them, `refused` for every refusal. */
export interface Emitter {
  on(name: string, listener: (event: LedgerEvent) => void): void;
  off(name: string, listener: (event: LedgerEvent) => void): void;
  onAlarm(listener: (alarm: IntegrityAlarm) => void): void;
  emit(event: LedgerEvent): void;
  alarm(alarm: IntegrityAlarm): void;
  /** Whether anybody listens at all. */
  isHeard(): boolean;
}

/** An emitter whose listeners can fail without harm: what they throw goes to `onError`. */
export function createEmitter(onError: (error: unknown) => void): Emitter {
  const events = new EventEmitter<Record<string, [LedgerEvent]>>();
  const alarms = new EventEmitter<{ alarm: [IntegrityAlarm] }>();
  /** One at a time: eventemitter3 would let the first error keep the others from hearing. */
  const tell = (name: string, event: LedgerEvent): void => {
    for (const listener of events.listeners(name)) {
      try {
        // An async listener fails later, and must not end the process either.
        void Promise.resolve(listener(event) as unknown).catch(onError);
      } catch (error) {
        onError(error);
      }
    }
  };
  return {
    on: (name, listener) => void events.on(name, listener),
    off: (name, listener) => void events.off(name, listener),
    onAlarm: (listener) => void alarms.on('alarm', listener),
    emit(event) {
      tell(event.outcome === 'refused' ? 'refused' : event.type, event);
      tell('entry', event);
    },
    alarm(alarm) {
      for (const listener of alarms.listeners('alarm')) {
        try {
          void Promise.resolve(listener(alarm) as unknown).catch(onError);
        } catch (error) {
          onError(error);
        }
      }
    },
    isHeard: () => events.eventNames().length > 0,
  };
}
