import type { JsonValue } from '../kernel/index.ts';
import type { ProfileShape, ProfileValues, Sensitivity } from '../model/index.ts';

/** A profile with what an actor may not see taken out, and the names of what was taken. */
export interface Masked {
  readonly profile: { readonly [field: string]: JsonValue };
  /** Fields that exist in the shape and were hidden, whether or not they hold a value. */
  readonly masked: readonly string[];
  /** Fields beyond `public` that were shown with a value. */
  readonly shown: readonly string[];
}

/**
 * Takes out of a profile what may not be seen. A hidden field is `null` also where it is empty, so that the
 * mask does not tell whether there is a value. A stored field that the shape no longer knows is hidden.
 */
export function maskProfile(
  shape: ProfileShape,
  profile: ProfileValues,
  visible: ReadonlySet<Sensitivity>,
): Masked {
  const stored = new Map(Object.entries(profile));
  const view: [string, JsonValue][] = [];
  const masked: string[] = [];
  const shown: string[] = [];
  for (const [field, level] of shape.fields) {
    const value = stored.get(field);
    if (!visible.has(level)) {
      view.push([field, null]);
      masked.push(field);
    } else if (value !== undefined) {
      view.push([field, value]);
      if (level !== 'public') shown.push(field);
    }
  }
  return { profile: Object.fromEntries(view), masked, shown };
}
