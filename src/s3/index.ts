/** Delta logs in object stores that speak S3 with conditional put (AWS, MinIO, R2, ...). Knows nothing of video and of any engine. */
export { type S3Options, s3OptionsFromEnvironment, s3Path } from './options.js';
export { createS3Store } from './store.js';
