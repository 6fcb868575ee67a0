/** Floor 2: erasing what is known of a subject, by two people, without breaking a hash. */
export * from './decide-erasure.ts';
