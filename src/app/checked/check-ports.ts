import { GamekeeperError } from '../../kernel/index.ts';
import { NOTICE_TYPES } from '../../model/index.ts';
import type { EventSink, Notifier } from '../../ports/index.ts';

/**
 * Ports that are told apart by name: a cursor is kept by it, an item is offered by it.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT`
 */
export function checkNames<Port extends { readonly name: string }>(
  ports: readonly Port[],
  path: string,
  taken: Iterable<string> = [],
): readonly Port[] {
  const names = new Set(taken);
  for (const [at, { name }] of ports.entries()) {
    if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(name))
      throw invalidAt(`${path}.${at}`, 'expected a name of small letters, digits and dashes');
    if (names.has(name)) throw invalidAt(`${path}.${at}`, `another one is called ${name}`);
    names.add(name);
  }
  return ports;
}

/**
 * Notifiers and sinks that can be told: a type that does not exist would never come.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT`
 */
export function checkReceivers(
  notifiers: readonly Notifier[],
  sinks: readonly EventSink[],
): { readonly notifiers: readonly Notifier[]; readonly sinks: readonly EventSink[] } {
  for (const [at, { types }] of checkNames(notifiers, 'notifiers').entries()) {
    const unknown = types?.find((type) => !(NOTICE_TYPES as readonly string[]).includes(type));
    if (unknown === undefined) continue;
    throw invalidAt(`notifiers.${at}`, `no type ${unknown}; there are ${NOTICE_TYPES.join(', ')}`);
  }
  const taken = notifiers.map(({ name }) => name);
  for (const [at, sink] of checkNames(sinks, 'eventSinks', taken).entries()) {
    const path = `eventSinks.${at}`;
    if (typeof sink.send !== 'function') throw invalidAt(path, 'expected a sink, with a method `send`');
    if (!['aliases', 'host'].includes(sink.names)) throw invalidAt(path, 'names: expected aliases or host');
    if (!['beginning', 'now'].includes(sink.from)) throw invalidAt(path, 'from: expected beginning or now');
  }
  return { notifiers, sinks };
}

function invalidAt(path: string, what: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', `${path}: ${what}`, { path });
}
