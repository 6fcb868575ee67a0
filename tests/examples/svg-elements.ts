/** An element of a picture, in the order of their beginnings. */
export interface Drawn {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  /** The text directly inside. */
  text: string;
}

const ENTITIES: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"' };

/**
 * The elements of an SVG, read as strictly as XML is.
 *
 * @throws {Error} where it is not well-formed.
 */
export function elementsOf(svg: string): readonly Drawn[] {
  const all: Drawn[] = [];
  const open: Drawn[] = [];
  const tokens = /<(\/?)([a-z]+)((?: [a-zA-Z0-9-]+="[^"<]*")*)(\/?)>|([^<]+)|</gy;
  let root = 0;
  for (const [token, closes, name, attributes = '', empty, text] of svg.matchAll(tokens)) {
    if (text !== undefined) {
      const inside = open.at(-1);
      if (inside !== undefined) inside.text += plain(text);
      else if (text.trim() !== '') throw new Error(`text outside: ${text}`);
    } else if (name === undefined) throw new Error(`not an element: ${token}`);
    else if (closes === '/') {
      if (open.pop()?.name !== name) throw new Error(`closes what is not open: ${token}`);
    } else {
      if (open.length === 0) root += 1;
      const drawn = { name, attributes: attributesIn(attributes), text: '' };
      all.push(drawn);
      if (empty !== '/') open.push(drawn);
    }
  }
  if (open.length > 0 || root !== 1) throw new Error('not one whole element');
  return all;
}

function attributesIn(text: string): { readonly [name: string]: string } {
  const pairs = [...text.matchAll(/([a-zA-Z0-9-]+)="([^"]*)"/g)].map(([, name, value]): [string, string] => [
    name as string,
    plain(value as string),
  ]);
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error(`twice in ${text}`);
  return Object.fromEntries(pairs);
}

function plain(text: string): string {
  return text.replace(/&([a-z]*);?/g, (entity, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined || !entity.endsWith(';')) throw new Error(`no entity: ${entity}`);
    return character;
  });
}
