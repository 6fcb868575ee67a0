/** What a picture is made of: an attribute is written as it is named. */
export type Attributes = { readonly [name: string]: string | number };

/** The colours of the pictures, told apart in grey, too. */
export const INK = '#1f2933';
export const FAINT = '#66727f';

/** An element; what is inside it is SVG already. */
export function element(name: string, attributes: Attributes, ...inside: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const start = `<${name}${written.join('')}`;
  return inside.length === 0 ? `${start}/>` : `${start}>${inside.join('')}</${name}>`;
}

/** Words at a place. */
export function words(x: number, y: number, text: string, more: Attributes = {}): string {
  return element('text', { x, y, fill: INK, 'font-size': 13, ...more }, escaped(text));
}

/** A coloured square with what it stands for, and where the next one begins. */
export function legend(
  x: number,
  y: number,
  rows: readonly { readonly colour: string; readonly label: string }[],
  step: number,
): string {
  return rows
    .map(
      ({ colour, label }, at) =>
        element('rect', { x: x + at * step, y: y - 11, width: 13, height: 13, rx: 2, fill: colour }) +
        words(x + at * step + 20, y, label),
    )
    .join('\n');
}

/** A whole picture. The title is read out, too. */
export function picture(
  { width, height, title, subtitle }: { width: number; height: number; title: string; subtitle: string },
  parts: readonly string[],
): string {
  const inside = [
    element('title', {}, escaped(title)),
    element('desc', {}, escaped(subtitle)),
    element('rect', { width, height, fill: '#ffffff' }),
    words(32, 40, title, { 'font-size': 20, 'font-weight': 'bold' }),
    words(32, 63, subtitle, { fill: FAINT }),
    ...parts,
  ];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'font-family':
      "'Helvetica Neue', Arial, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
  };
  return `${element('svg', attributes, `\n${inside.join('\n')}\n`)}\n`;
}

function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
