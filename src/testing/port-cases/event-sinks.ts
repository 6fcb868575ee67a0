import type { CloudEvent } from '../../ports/index.ts';
import type { ConformanceCase } from '../conformance.ts';
import { expectThat, same } from '../expectations.ts';
import {
  clause,
  clauseIf,
  eventOf,
  eventsFrom,
  eventually,
  expectOrder,
  firstOf,
  idsOf,
  type SinkHarness,
  sendAll,
  sent,
} from './event-sink-harness.ts';

/** The contract of the event sink port, clause by clause. */
export const sinkCases: readonly ConformanceCase<SinkHarness>[] = [
  clause(
    'ES-01',
    'has a name under which its cursor can be kept, and says how it names people and where it begins',
    'Small letters, digits and dashes, beginning with a letter, at most 32; `names` and `from` are of the words listed.',
    async ({ specificationVersion, name, names, from }) => {
      same(specificationVersion, 'v1', 'specificationVersion');
      expectThat(/^[a-z][a-z0-9-]{0,31}$/.test(name), 'name', 'letters, digits, dashes', name);
      expectThat(['aliases', 'host'].includes(names), 'names', 'aliases or host', names);
      expectThat(['beginning', 'now'].includes(from), 'from', 'beginning or now', from);
    },
  ),

  clause(
    'ES-02',
    'has the same name after a restart',
    'Take the name from what does not change, never from a counter, a clock or a process.',
    async (sink, harness) => {
      same((await harness.again()).name, sink.name, 'name of the one made again');
    },
  ),

  clause(
    'ES-03',
    'hands an event over as it is',
    'Send it as JSON in UTF-8, leave out nothing, and keep your hands off what you were given.',
    async (sink, harness) => {
      const { subject: _, ...aboutNobody } = eventOf(2);
      const events = [eventOf(0), eventOf(1, { type: 'gamekeeper.approve-claim' }), aboutNobody];
      const before = JSON.stringify(events);
      await sendAll(sink, events, 'three events');
      same(JSON.stringify(events), before, 'the events after they were sent');
      same(await harness.received(), events, 'what was received');
    },
  ),

  clause(
    'ES-04',
    'hands over the largest event there is',
    'An entry takes up to 32 KiB, and names up to 200 people: raise the limit of the message, the column or the frame.',
    async (sink, harness) => {
      const { data } = eventOf(0);
      const customers = Array.from({ length: 200 }, (_, at) => `c_${String(at).padStart(22, '0')}`);
      const facts = { list: Array.from({ length: 1_000 }, (_, at) => `e_${String(at).padStart(22, '0')}`) };
      const large = eventOf(0, { data: { ...data, customers, facts } });
      await sendAll(sink, [large], 'a large event');
      same(await harness.received(), [large], 'what was received');
    },
  ),

  clause(
    'ES-05',
    'keeps the order within a call and from call to call',
    'Send one after the other and wait for each, at least among those of one subject.',
    async (sink, harness) => {
      const events = eventsFrom(0, 120);
      for (let from = 0; from < events.length; from += 40)
        await sendAll(sink, events.slice(from, from + 40), `events from ${from}`);
      const received = await harness.received();
      same(firstOf(received).length, events.length, 'how many were received');
      expectOrder(received, events, 'the order');
    },
  ),

  clause(
    'ES-06',
    'counts what is safe with the receiver, and no more',
    'Answer after the receiver has acknowledged it; keep nothing in a buffer of the process.',
    async (sink, harness) => {
      const events = eventsFrom(0, 10);
      const { accepted } = await sent(sink, events);
      const received = idsOf(await harness.received());
      expectThat(accepted >= 0 && accepted <= events.length, 'accepted', '0 to 10', accepted);
      const missing = idsOf(events.slice(0, accepted)).filter((id) => !received.includes(id));
      same(missing, [], 'accepted and not received');
    },
  ),

  clause(
    'ES-07',
    'accepts at least one where the receiver takes it, and none of none',
    'Where nothing can be accepted, say why; an empty call is a success.',
    async (sink) => {
      same(await sent(sink, []), { accepted: 0, fault: null }, 'no events at all');
      const { accepted, fault } = await sent(sink, eventsFrom(0, 100));
      same(fault, null, 'the fault, where the receiver takes everything');
      expectThat(accepted > 0, 'accepted', 'at least one of 100', accepted);
    },
  ),

  clause(
    'ES-08',
    'accepts an event again, also from another process',
    'What is there already is accepted: answer so, whether or not it is stored once more.',
    async (sink, harness) => {
      const events = eventsFrom(0, 4);
      for (const each of [sink, sink, await harness.again()]) await sendAll(each, events, 'the same events');
      const received = await harness.received();
      same(firstOf(received), events, 'what was received, repetitions dropped by id');
    },
  ),

  clause(
    'ES-09',
    'serves several callers at once',
    'Keep nothing of a call beside it: each has its own events, and its own answer.',
    async (sink, harness) => {
      const other = await harness.again();
      const calls = Array.from({ length: 8 }, (_, company) =>
        eventsFrom(0, 10).map((event, at) => ({
          ...event,
          id: eventOf(100 * company + at).id,
          source: `gamekeeper/l_${String(company).padStart(22, '0')}`,
          tenant: `company-${company}`,
        })),
      );
      await Promise.all(
        calls.map((events, at) => sendAll(at % 2 === 0 ? sink : other, events, `caller ${at}`)),
      );
      const received = await harness.received();
      for (const events of calls) {
        const came = received.filter(({ tenant }) => tenant === events[0]?.tenant);
        same(firstOf(came).length, events.length, `how many of ${events[0]?.tenant} were received`);
        expectOrder(came, events, `the order of ${events[0]?.tenant}`);
      }
    },
  ),

  clauseIf(
    'receiver',
    'ES-10',
    'says that nothing was accepted while the receiver is away',
    'Wait for the receiver before the answer, but not for ever; only what it will never take is refused.',
    async (sink, harness) => {
      await sendAll(sink, [eventOf(0)], 'an event before');
      await harness.receiver?.('is-away', 0);
      const { accepted, fault } = await sent(sink, eventsFrom(1, 3));
      same([accepted, fault?.status], [0, 'failed'], 'while nobody is there');
      await harness.receiver?.('takes', 0);
    },
  ),

  clauseIf(
    'receiver',
    'ES-11',
    'accepts what a full receiver still takes, and lets nothing overtake what it does not',
    'Stop at the first that fails: what shares its subject comes after it, when it is tried again.',
    async (sink, harness) => {
      const events = eventsFrom(0, 12);
      await harness.receiver?.('is-full', 5);
      let accepted = 0;
      for (let call = 0; call < 12; call += 1) {
        const outcome = await sent(sink, events.slice(accepted));
        accepted += outcome.accepted;
        if (outcome.fault === null) continue;
        same(outcome.fault.status, 'failed', 'why the next one was not accepted');
        break;
      }
      const received = await harness.received();
      expectThat(accepted <= 5, 'accepted', 'at most 5, which is the room there was', accepted);
      const missing = idsOf(events.slice(0, accepted)).filter((id) => !idsOf(received).includes(id));
      same(missing, [], 'accepted and not received');
      expectOrder(received, events, 'the order');
    },
  ),

  clauseIf(
    'receiver',
    'ES-12',
    'recovers by itself when the receiver is back, and everything arrives in order',
    'Connect again when it is needed, and for as long as it takes; keep no fault from the time before.',
    async (sink, harness) => {
      const events = eventsFrom(0, 12);
      await harness.receiver?.('is-full', 3);
      let { accepted } = await sent(sink, events);
      await harness.receiver?.('is-away', 0);
      accepted += (await sent(sink, events.slice(accepted))).accepted;
      await harness.receiver?.('takes', 0);
      await eventually(sink, events.slice(accepted), 'when it takes again');
      const received = await harness.received();
      same(firstOf(received).length, events.length, 'how many were received');
      expectOrder(received, events, 'the order');
    },
  ),

  clauseIf(
    'impossible',
    'ES-13',
    'refuses what the receiver will never take, and lets the others through',
    'Tell an answer that stays the same from one that passes: too large is refused, too busy has failed.',
    async (sink, harness) => {
      const never = harness.impossible?.(eventOf(2)) as CloudEvent;
      const events = [eventOf(0), eventOf(1), never, ...eventsFrom(3, 3)];
      let accepted = 0;
      for (let call = 0; call < 3 && accepted < 2; call += 1)
        accepted += (await sent(sink, events.slice(accepted, 2))).accepted;
      const { fault, accepted: none } = await sent(sink, events.slice(2));
      same([none, fault?.status], [0, 'refused'], 'the event that it never takes');
      await sendAll(sink, events.slice(3), 'the others');
      same(
        idsOf(firstOf(await harness.received())),
        idsOf([...events.slice(0, 2), ...events.slice(3)]),
        'received',
      );
    },
  ),
];
