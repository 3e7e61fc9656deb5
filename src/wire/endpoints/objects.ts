import { BYTES, endpoints } from '../endpoint.ts'
import { Closed, Count, PageOf, pageQuery } from '../schema.ts'
import {
  BeginUploadBody,
  ObjectUsage,
  RemovedObject,
  StoredObject,
  Upload,
} from '../dto/objects.ts'

const define = endpoints('objects')

export const objectEndpoints = {
  putObject: define('PUT /v1/objects', {
    access: 'deliver',
    summary: 'Store bytes, encrypted for this account; the answer names them by digest',
    body: BYTES,
    response: StoredObject,
  }),
  listObjects: define('GET /v1/objects', {
    access: 'read',
    summary: 'Own stored objects by digest: inputs, specifications, logs and outputs',
    query: Closed(pageQuery),
    response: PageOf(StoredObject),
  }),
  getObjectUsage: define('GET /v1/objects/usage', {
    access: 'read',
    summary: 'What is stored, the quota, and the bytes that went in and out',
    response: ObjectUsage,
  }),
  getObject: define('GET /v1/objects/{digest}', {
    access: 'read',
    summary: 'Own bytes; a Range header asks for a part of them',
    response: BYTES,
  }),
  removeObject: define('DELETE /v1/objects/{digest}', {
    access: 'deliver',
    summary: 'Remove own bytes; refused while an open workload needs them',
    response: RemovedObject,
  }),
  beginUpload: define('POST /v1/uploads', {
    access: 'key',
    summary: 'Announce an object that comes in pieces; complete at once when it is stored already',
    body: BeginUploadBody,
    response: Upload,
  }),
  getUpload: define('GET /v1/uploads/{upload_id}', {
    access: 'key',
    summary: 'How far an upload is; one left alone for a day is dropped',
    response: Upload,
  }),
  putUpload: define('PUT /v1/uploads/{upload_id}', {
    access: 'key',
    summary: 'Send bytes that start where the upload stands; the last ones make it an object',
    query: Closed({ offset: Count }),
    body: BYTES,
    response: Upload,
  }),
  dropUpload: define('DELETE /v1/uploads/{upload_id}', {
    access: 'key',
    summary: 'Give an upload up',
    response: Upload,
  }),
}
