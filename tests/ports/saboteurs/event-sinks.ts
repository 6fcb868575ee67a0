import type { CloudEvent, EventSink, SendOutcome } from '../../../src/ports/index.ts';
import type { SinkHarness } from '../../../src/testing/index.ts';
import { type Box, boxed, boxSink } from '../sink-box.ts';
import type { PortSaboteur } from './keys.ts';

type Send = EventSink['send'];

/** A sink on a box, with some parts done wrong. */
function flawed(change: (box: Box, sound: EventSink) => Partial<EventSink>): () => Promise<SinkHarness> {
  return boxed((box) => {
    const sound = boxSink(box);
    return { ...sound, ...change(box, sound) };
  });
}

/** A sink that sends in a way of its own. */
const sending = (make: (box: Box, send: Send) => Send): (() => Promise<SinkHarness>) =>
  flawed((box, { send }) => ({ send: make(box, send) }));

/** A sink that changes events on their way. */
const changing = (change: (event: CloudEvent) => CloudEvent): (() => Promise<SinkHarness>) =>
  sending((_, send) => (events) => send(events.map(change)));

/** What the box says, event by event, however it goes. */
function takeAll(box: Box, events: readonly CloudEvent[]): string[] {
  return events.map((event) => box.take(event));
}

const failed = (accepted: number): SendOutcome => ({
  accepted,
  fault: { status: 'failed', reason: 'no', retryAfterMs: null },
});
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

let made = 0;

/** Sinks that break one clause each. */
export const saboteursOfSinks: readonly PortSaboteur<SinkHarness>[] = [
  ['ES-01', 'has a name that no cursor can have', flawed(() => ({ name: 'My Sink' }))],
  ['ES-01', 'names people as it likes', flawed(() => ({ names: 'both' as never }))],
  ['ES-01', 'begins in the middle', flawed(() => ({ from: 'middle' as never }))],
  [
    'ES-02',
    'numbers its names',
    flawed(() => {
      made += 1;
      return { name: `sink-${made}` };
    }),
  ],
  [
    'ES-03',
    'leaves out what is null',
    changing((event) => ({
      ...event,
      data: Object.fromEntries(Object.entries(event.data).filter(([, value]) => value !== null)) as never,
    })),
  ],
  ['ES-03', 'makes up a subject', changing((event) => ({ subject: '-', ...event }))],
  [
    'ES-03',
    'writes ASCII only',
    changing((event) => JSON.parse(JSON.stringify(event).replace(/[^\0-\x7f]/g, '?'))),
  ],
  [
    'ES-03',
    'changes what it was given',
    sending((_, send) => (events) => {
      for (const event of events) Reflect.set(event, 'time', 'now');
      return send(events);
    }),
  ],
  [
    'ES-04',
    'cuts lists after a hundred',
    changing((event) => ({
      ...event,
      data: { ...event.data, customers: event.data.customers.slice(0, 100) },
    })),
  ],
  [
    'ES-05',
    'sends all at once, the last ones first',
    sending((box) => async (events) => {
      takeAll(box, events.toReversed());
      return { accepted: events.length, fault: null };
    }),
  ],
  [
    'ES-05',
    'waits longer for some than for others',
    sending((box) => async (events) => {
      await Promise.all(
        events.map(async (event, at) => {
          if (at % 2 === 0) await turn();
          box.take(event);
        }),
      );
      return { accepted: events.length, fault: null };
    }),
  ],
  [
    'ES-06',
    'answers first and sends later',
    sending((_, send) => async (events) => {
      setTimeout(() => void send(events), 5);
      return { accepted: events.length, fault: null };
    }),
  ],
  [
    'ES-06',
    'counts one too many',
    sending((_, send) => async (events) => ({ accepted: (await send(events)).accepted + 1, fault: null })),
  ],
  [
    'ES-07',
    'answers nothing to none',
    sending((_, send) => async (events) => (events.length === 0 ? failed(0) : send(events))),
  ],
  [
    'ES-07',
    'takes none and says nothing',
    sending(
      (_, send) => async (events) => (events.length > 50 ? { accepted: 0, fault: null } : send(events)),
    ),
  ],
  [
    'ES-08',
    'fails for what it has seen',
    sending((_, send) => {
      const seen = new Set<string>();
      return async (events) => {
        if (events.some(({ id }) => seen.has(id))) return failed(0);
        for (const { id } of events) seen.add(id);
        return send(events);
      };
    }),
  ],
  [
    'ES-08',
    'fails for what another process has sent',
    sending((box, send) => {
      const own = new Set<string>();
      return async (events) => {
        if (events.some(({ id }) => !own.has(id) && box.events.some((event) => event.id === id)))
          return failed(0);
        for (const { id } of events) own.add(id);
        return send(events);
      };
    }),
  ],
  [
    'ES-09',
    'keeps the events of a call beside it',
    sending((_, send) => {
      let current: readonly CloudEvent[] = [];
      return async (events) => {
        current = events;
        await turn();
        return send(current);
      };
    }),
  ],
  [
    'ES-09',
    'takes one call at a time and answers the others alike',
    sending((_, send) => {
      let busy: Promise<SendOutcome> | null = null;
      return async (events) => {
        busy ??= turn().then(() => send(events));
        const outcome = await busy;
        busy = null;
        return outcome;
      };
    }),
  ],
  [
    'ES-10',
    'counts what went nowhere',
    sending((box) => async (events) => {
      takeAll(box, events);
      return { accepted: events.length, fault: null };
    }),
  ],
  [
    'ES-10',
    'refuses for good what it cannot send just now',
    sending((_, send) => async (events) => {
      const { accepted, fault } = await send(events);
      return { accepted, fault: fault && { status: 'refused', reason: fault.reason } };
    }),
  ],
  [
    'ES-11',
    'goes on behind what failed',
    sending((box) => {
      let calls = 0;
      return async (events) => {
        // Each second attempt at the receiver is lost.
        const answers = events.map((event) => {
          calls += 1;
          return calls % 2 === 0 ? 'lost' : box.take(event);
        });
        const accepted = answers.findIndex((answer) => answer !== 'taken');
        return accepted < 0 ? { accepted: events.length, fault: null } : failed(accepted);
      };
    }),
  ],
  [
    'ES-11',
    'refuses for good what a full receiver does not take',
    sending((_, send) => async (events) => {
      const { accepted, fault } = await send(events);
      return fault?.reason === 'full'
        ? { accepted, fault: { status: 'refused', reason: 'full' } }
        : { accepted, fault };
    }),
  ],
  [
    'ES-12',
    'gives up after the first failure',
    sending((_, send) => {
      let broken = false;
      return async (events) => {
        if (broken) return failed(0);
        const outcome = await send(events);
        broken = outcome.fault?.reason === 'away';
        return outcome;
      };
    }),
  ],
  [
    'ES-12',
    'skips what failed when the receiver is back',
    sending((_, send) => {
      let skip: string | null = null;
      return async (events) => {
        if (events[0]?.id === skip) {
          const outcome = await send(events.slice(1));
          return { ...outcome, accepted: outcome.accepted + 1 };
        }
        const outcome = await send(events);
        if (outcome.fault?.reason === 'away') skip = events[outcome.accepted]?.id ?? null;
        return outcome;
      };
    }),
  ],
  [
    'ES-13',
    'tries for ever what is never taken',
    sending((_, send) => async (events) => {
      const { accepted, fault } = await send(events);
      return fault === null ? { accepted, fault } : failed(accepted);
    }),
  ],
  [
    'ES-13',
    'drops what is never taken and says nothing',
    sending((_, send) => async (events) => {
      const { accepted, fault } = await send(events);
      return fault?.status === 'refused' ? { accepted: accepted + 1, fault: null } : { accepted, fault };
    }),
  ],
];
