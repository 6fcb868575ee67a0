import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  commercial,
  contact,
  internal,
  profileShape,
  publicField,
  type Sensitivity,
  sensitivityOf,
} from '../../src/model/index.ts';

const text = z.string();

describe('the tag of a field', () => {
  const wrappers: Record<string, (schema: z.ZodType) => z.ZodType> = {
    optional: (schema) => schema.optional(),
    nullable: (schema) => schema.nullable(),
    nullish: (schema) => schema.nullish(),
    default: (schema) => schema.default('x' as never),
    prefault: (schema) => schema.prefault('x' as never),
    readonly: (schema) => schema.readonly(),
    catch: (schema) => schema.catch('x' as never),
    'non-optional': (schema) => z.nonoptional(schema),
    'a pipe into something': (schema) => schema.pipe(z.any()),
    'a pipe from something': (schema) => z.string().pipe(schema as never),
    'a transform': (schema) => schema.transform((value) => value),
    'a preprocess': (schema) => z.preprocess((value) => value, schema),
    'a refinement': (schema) => schema.refine(() => true),
    'a description': (schema) => schema.describe('words'),
    metadata: (schema) => schema.meta({ title: 'words' }),
  };
  it.each(Object.entries(wrappers))('is read through %s', (_, wrap) => {
    for (const [tag, level] of [
      [publicField, 'public'],
      [internal, 'internal'],
      [contact, 'contact'],
      [commercial, 'commercial'],
    ] as const) {
      expect(sensitivityOf(wrap(tag(text)))).toBe(level);
    }
  });

  it('is read through any stack of them', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.values(wrappers)), { maxLength: 6 }), (stack) => {
        let schema: z.ZodType = contact(text);
        for (const wrap of stack) schema = wrap(schema);
        expect(sensitivityOf(schema)).toBe('contact');
      }),
    );
  });

  it('is the strictest where two meet', () => {
    const order: Sensitivity[] = ['public', 'internal', 'contact', 'commercial'];
    const tags = { public: publicField, internal, contact, commercial };
    for (const [at, weak] of order.entries())
      for (const strong of order.slice(at)) {
        expect(sensitivityOf(tags[weak](text).pipe(tags[strong](text) as never))).toBe(strong);
        expect(sensitivityOf(tags[strong](text).pipe(tags[weak](text) as never))).toBe(strong);
        expect(sensitivityOf(tags[strong](tags[weak](text).optional()))).toBe(strong);
      }
  });

  it('stays off the schema it was made from, and leaves what it accepts alone', () => {
    const plain = z.string().min(3);
    const tagged = contact(plain);
    expect(sensitivityOf(plain)).toBeNull();
    expect(tagged.safeParse('ab').success).toBe(false);
    expect(tagged.safeParse('abc').success).toBe(true);
  });

  it('is missed at run time as well: a field without one is refused, by name', () => {
    for (const untagged of [text, text.optional(), text.pipe(z.string()), z.object({ inner: contact(text) })])
      expect(() => profileShape(z.object({ name: publicField(text), phone: untagged }) as never)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_INPUT', path: 'profile.phone' }),
      );
  });
});

describe('a profile', () => {
  const shape = profileShape(
    z.object({
      name: publicField(text),
      phone: contact(text).optional(),
      tags: internal(z.array(z.string())).default([]),
      note: commercial(text).nullable().optional(),
      size: internal(z.coerce.number()).optional(),
    }),
  );

  it('is kept as plain JSON, with defaults filled in', () => {
    expect(shape.parse({ name: 'N' })).toEqual({ name: 'N', tags: [] });
    expect(shape.parse({ name: 'N', size: '7', note: null })).toEqual({
      name: 'N',
      tags: [],
      size: 7,
      note: null,
    });
    expect([...shape.fields]).toEqual([
      ['name', 'public'],
      ['phone', 'contact'],
      ['tags', 'internal'],
      ['note', 'commercial'],
      ['size', 'internal'],
    ]);
  });

  it('refuses what it does not know, and says where', () => {
    for (const [input, path] of [
      [{ name: 'N', fax: '1' }, 'profile.fax'],
      [JSON.parse('{"name":"N","__proto__":{}}'), 'profile.__proto__'],
      [{ name: 'N', constructor: 1 }, 'profile.constructor'],
      [{ name: 5 }, 'profile.name'],
      [{}, 'profile.name'],
      [{ name: 'N', tags: ['a', 5] }, 'profile.tags[1]'],
      [null, 'profile'],
      [[], 'profile'],
      ['N', 'profile'],
      [{ name: 'N', size: Number.POSITIVE_INFINITY }, 'profile.size'],
    ] as const)
      expect(() => shape.parse(input), path).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_INPUT', path }),
      );
  });

  it('of a loose schema refuses unknown fields all the same: a misspelt one is not lost, nor kept unmasked', () => {
    const loose = profileShape(z.looseObject({ name: publicField(text) }) as never);
    expect(() => loose.parse({ name: 'N', phone: '+1' })).toThrow(
      expect.objectContaining({ path: 'profile.phone' }),
    );
  });

  it('refuses what JSON cannot say', () => {
    const anything = profileShape(z.object({ value: publicField(z.any()) }));
    for (const value of [
      () => 1,
      Symbol('s'),
      1n,
      Number.NaN,
      new Date(),
      new Map(),
      { deep: [undefined] },
      '\ud800',
    ])
      expect(() => anything.parse({ value })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
  });

  it('may have fields of any name but one', () => {
    const names = [
      'constructor',
      'toString',
      'hasOwnProperty',
      'prototype',
      'id',
      'profile.name',
      '名称',
      '',
    ];
    const odd = profileShape(
      z.object(Object.fromEntries(names.map((name) => [name, publicField(text).optional()]))) as never,
    );
    expect(odd.parse({})).toEqual({});
    const whole = Object.fromEntries(names.map((name) => [name, name]));
    expect(odd.parse(whole)).toEqual(whole);
    expect(() => profileShape(z.object({ ['__proto__']: publicField(text) }) as never)).toThrow(
      expect.objectContaining({ path: 'profile.__proto__' }),
    );
  });
});

describe('a patch', () => {
  const shape = profileShape(
    z.object({
      name: publicField(text),
      phone: contact(text).optional(),
      note: commercial(text).nullable().optional(),
      tags: internal(z.array(z.string())).default([]),
    }),
  );
  const patch = (current: object, changes: object): unknown =>
    shape.patch(current as never, shape.readPatch(changes));

  it('changes what it names; null clears an optional field, and is a value where the schema says so', () => {
    const current = { name: 'N', phone: '+1', tags: ['a'] };
    expect(patch(current, { phone: '+2' })).toEqual({ ...current, phone: '+2' });
    expect(patch(current, { phone: null })).toEqual({ name: 'N', tags: ['a'] });
    expect(patch(current, { note: null })).toEqual({ ...current, note: null });
    expect(patch(current, { phone: undefined })).toEqual(current);
    expect(patch(current, { tags: null })).toEqual({ name: 'N', phone: '+1', tags: [] });
  });

  it('cannot clear what is required, nor name what is unknown', () => {
    expect(() => patch({ name: 'N' }, { name: null })).toThrow(
      expect.objectContaining({ path: 'profile.name' }),
    );
    for (const name of ['fax', 'constructor', '__proto__'])
      expect(() => patch({ name: 'N' }, JSON.parse(`{"${name}":1}`))).toThrow(
        expect.objectContaining({ path: `patch.${name}` }),
      );
  });
});
