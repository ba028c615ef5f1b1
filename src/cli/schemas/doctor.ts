import * as v from 'valibot';
import { findings, mirrors, schemaVersion } from './finding.ts';

/** `doctor --json` */
export const doctor = v.strictObject({ schemaVersion, mirrors, findings });
