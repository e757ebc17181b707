/** The JSON Schema with which editors complete and check a config while it is being written. */
import { jsonSchema, type SchemaPart } from './config.js';
import { notYetRemark } from './not-yet.js';
import { REFERENCE_PATTERN } from './references.js';

export function editorSchema(): object {
  return { title: 'oneroster-export config', ...jsonSchema(adjust) };
}

function adjust({ part, path, isSecret }: SchemaPart): void {
  if (isSecret) {
    part.pattern = REFERENCE_PATTERN;
  } else if (part.type === 'string') {
    acceptBareNumbers(part);
  }
  const remark = notYetRemark(settingKey(path));
  if (remark !== '' && part.description?.endsWith(remark) === false) {
    part.description += remark;
  }
}

/** The loader takes a number where text is meant, as it was written (`version: 1.1`); the editor should not object. */
function acceptBareNumbers(part: SchemaPart['part']): void {
  const { enum: values } = part;
  if (values === undefined && part.const === undefined) {
    Object.assign(part, { type: ['string', 'number'] });
  } else if (values?.some((value) => typeof value === 'string' && /^\d/.test(value))) {
    const bare = values.filter((value) => typeof value === 'string' && /^\d/.test(value)).map(Number);
    Object.assign(part, { type: ['string', 'number'], enum: [...values, ...bare] });
  }
}

/** `connections[].mode` from the way through the JSON Schema to it. */
function settingKey(path: readonly (string | number)[]): string {
  let key = '';
  for (const [index, step] of path.entries()) {
    if (path[index - 1] === 'properties') {
      key += `${key === '' ? '' : '.'}${step}`;
    } else if (step === 'items') {
      key += '[]';
    }
  }
  return key;
}
