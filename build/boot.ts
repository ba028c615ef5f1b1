/**
 * What an executable runs first: the program, compiled with the code cache of its rehearsal
 * (rehearsal.ts). Node's own cache for single executables knows only what every start compiles; this
 * one also knows the functions that a real run has called. V8 compiles what it does not accept.
 */
import { getRawAsset } from 'node:sea';
import { Script } from 'node:vm';

const source = Buffer.from(getRawAsset('epiloop.js')).toString('latin1');
const cachedData = Buffer.from(getRawAsset('epiloop.cache'));
const script = new Script(source, { filename: 'epiloop.js', cachedData });
if (script.cachedDataRejected) process.emitWarning('Code cache data rejected.');
script.runInThisContext()(require);
