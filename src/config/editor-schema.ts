/** The JSON Schemas with which editors complete and check a config, and the file of a fleet, while they are being written. */
import { jsonSchema, written, type SchemaPart } from './config.js';
import { fleetDeclaration } from './fleet-declaration.js';
import { REFERENCE_PATTERN } from './references.js';

export const editorSchema = (): object => ({
  title: 'oneroster-export config',
  ...jsonSchema(written, adjust),
});

/** Of `fleet.yaml`. */
export const fleetSchema = (): object => ({
  title: 'oneroster-export fleet',
  ...jsonSchema(fleetDeclaration, adjust),
});

function adjust({ part, isSecret }: SchemaPart): void {
  if (isSecret) {
    part.pattern = REFERENCE_PATTERN;
  } else if (part.type === 'string') {
    acceptBareNumbers(part);
  }
}

/** The loader accepts a number as text, as it was written (`version: 1.1`); the editor should not complain. */
function acceptBareNumbers(part: SchemaPart['part']): void {
  const { enum: values } = part;
  if (values === undefined && part.const === undefined) {
    Object.assign(part, { type: ['string', 'number'] });
  } else if (values?.some((value) => typeof value === 'string' && /^\d/.test(value))) {
    const bare = values.filter((value) => typeof value === 'string' && /^\d/.test(value)).map(Number);
    Object.assign(part, { type: ['string', 'number'], enum: [...values, ...bare] });
  }
}
