import * as v from 'valibot';

/** `epiloop secrets`, with `--json` or without */
export const secrets = v.strictObject({
  protocolVersion: v.literal(1),
  values: v.pipe(
    v.record(v.string(), v.pipe(v.string(), v.minLength(1))),
    v.description('the secret itself, by id'),
  ),
  errors: v.pipe(
    v.record(v.string(), v.strictObject({ code: v.string() })),
    v.description('why there is none, by id: NOT_FOUND, NOT_USABLE, REFUSED, BUSY, NETWORK, …'),
  ),
});
