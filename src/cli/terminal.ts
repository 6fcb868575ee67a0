import { styleText } from 'node:util';

/** How a text stands out on a terminal; elsewhere it stays plain. */
export type Tone = 'plain' | 'strong' | 'quiet' | 'good' | 'warning' | 'bad';

const STYLES = {
  strong: 'bold',
  quiet: 'dim',
  good: 'green',
  warning: 'yellow',
  bad: ['bold', 'red'],
} as const;

/** Colours a text for standard output, where that is a terminal that wants colours. */
export function toned(tone: Tone, text: string): string {
  if (tone === 'plain') return text;
  return styleText([STYLES[tone]].flat() as 'bold'[], text, { stream: process.stdout });
}

/** Fills a text up with spaces to a width in columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/** How many columns of a terminal a text takes: Chinese characters and full-width forms take two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

/** A bar on standard error. Does nothing where that is no terminal. */
export interface ProgressBar {
  update(done: number, all: number): void;
  /** Wipes the bar away. */
  end(): void;
}

/** A bar for work that has not ended after `quietMs`; what is quicker shows none. */
export function progressBar(label: string, quietMs = 300): ProgressBar {
  const { stderr } = process;
  const began = performance.now();
  let shown = 0;
  return {
    update(done, all) {
      const now = performance.now();
      if (!stderr.isTTY || all === 0 || now - began < quietMs || now - shown < 50) return;
      shown = now;
      const full = Math.round((done / all) * 30);
      const bar = '█'.repeat(full) + '░'.repeat(30 - full);
      stderr.write(`\r\x1b[2K${label} ${bar} ${Math.floor((done / all) * 100)} %  ${done}/${all}`);
    },
    end() {
      if (shown > 0) stderr.write('\r\x1b[2K');
      shown = 0;
    },
  };
}
