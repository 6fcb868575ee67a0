/** `gamekeeper/presets`: what a line of business usually decides, as a start. */
import { consumerGoods } from './consumer-goods.ts';
import { internet } from './internet.ts';
import { manufacturing } from './manufacturing.ts';
import { pharmaceutical } from './pharmaceutical.ts';
import type { Preset } from './preset.ts';
import { realEstate } from './real-estate.ts';
import { retail } from './retail.ts';
import { smallBusiness } from './small-business.ts';
import { standard } from './standard.ts';

export { definePreset, type Preset, type PresetText } from './preset.ts';
export {
  consumerGoods,
  internet,
  manufacturing,
  pharmaceutical,
  realEstate,
  retail,
  smallBusiness,
  standard,
};

/** All presets by name, for a form in which somebody chooses one. */
export const PRESETS = {
  standard,
  manufacturing,
  internet,
  pharmaceutical,
  consumerGoods,
  realEstate,
  retail,
  smallBusiness,
} as const satisfies { readonly [name: string]: Preset };
