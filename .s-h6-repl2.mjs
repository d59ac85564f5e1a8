// src/errors/playhead-error.ts
var PlayheadError = class extends Error {
  code;
  at;
  hint;
  constructor({ code, message, at: at2, hint, cause }) {
    super(message, { cause });
    this.name = "PlayheadError";
    this.code = code;
    this.at = at2;
    this.hint = hint;
  }
  /** `CODE: where: what; what to do` on one line. */
  get line() {
    const where = this.at === void 0 ? "" : `${this.at}: `;
    const advice = this.hint === void 0 ? "" : `; ${this.hint}`;
    return `${this.code}: ${where}${this.message}${advice}`.replaceAll(/\s*\n\s*/g, " ");
  }
};

// src/delta/schema.ts
import { z } from "zod";
var deltaType = z.lazy(() => z.union([z.string(), structType, arrayType, mapType]));
var field = z.object({
  name: z.string(),
  type: deltaType,
  nullable: z.boolean().default(true),
  metadata: z.record(z.string(), z.unknown()).default({})
});
var structType = z.object({ type: z.literal("struct"), fields: z.array(field) });
var arrayType = z.object({
  type: z.literal("array"),
  elementType: deltaType,
  containsNull: z.boolean().default(true)
});
var mapType = z.object({
  type: z.literal("map"),
  keyType: deltaType,
  valueType: deltaType,
  valueContainsNull: z.boolean().default(true)
});
function parseSchema(schemaString, at2) {
  try {
    return structType.parse(JSON.parse(schemaString));
  } catch (cause) {
    throw new PlayheadError({
      code: "DELTA_CORRUPT_LOG",
      at: at2,
      message: "the schema of the table cannot be read",
      cause
    });
  }
}
function column(name, type, comment) {
  return { name, type, nullable: true, metadata: comment === void 0 ? {} : { comment } };
}
function typeText(type) {
  if (typeof type === "string") return type;
  switch (type.type) {
    case "struct":
      return `struct<${type.fields.map((f) => `${f.name}:${typeText(f.type)}`).join(",")}>`;
    case "array":
      return `array<${typeText(type.elementType)}>`;
    case "map":
      return `map<${typeText(type.keyType)},${typeText(type.valueType)}>`;
  }
}
function withNewColumns(current, wanted, at2) {
  const added = [];
  for (const want of wanted.fields) {
    const have = current.fields.find((f) => f.name.toLowerCase() === want.name.toLowerCase());
    if (have === void 0) {
      added.push({ ...want, nullable: true });
    } else if (have.name !== want.name || typeText(have.type) !== typeText(want.type)) {
      throw new PlayheadError({
        code: "DELTA_SCHEMA_MISMATCH",
        at: at2,
        message: `column "${have.name}" is ${typeText(have.type)} in the table and ${want.name} ${typeText(want.type)} in the rows`,
        hint: "cast the rows, or write them to another table"
      });
    }
  }
  return added.length === 0 ? current : { type: "struct", fields: [...current.fields, ...added] };
}
function fieldsOn(names, schema) {
  const found = [];
  let within = schema;
  for (const name of names) {
    const field2 = fieldOf(within, name);
    if (field2 === void 0) return [];
    found.push(field2);
    within = field2.type;
  }
  return found;
}
function fieldOf(type, name) {
  if (typeof type === "string" || type.type !== "struct") return void 0;
  const isNamed = (field2) => field2.name.toLowerCase() === name.toLowerCase();
  return type.fields.find((field2) => field2.name === name) ?? type.fields.find(isNamed);
}

// src/delta/features.ts
var features = {
  appendOnly: {
    legacyWriter: 2,
    read: "yes",
    write: "yes",
    because: "removing rows is refused where the property is set"
  },
  invariants: { legacyWriter: 2, read: "yes", write: "refuse", because: "invariants are not checked" },
  checkConstraints: { legacyWriter: 3, read: "yes", write: "refuse", because: "constraints are not checked" },
  changeDataFeed: { legacyWriter: 4, read: "yes", write: "refuse", because: "change files are not written" },
  generatedColumns: { legacyWriter: 4, read: "yes", write: "refuse", because: "columns are not generated" },
  columnMapping: {
    legacyReader: 2,
    legacyWriter: 5,
    read: "yes",
    write: "refuse",
    because: "columns are not written under their physical names"
  },
  identityColumns: { legacyWriter: 6, read: "yes", write: "refuse", because: "identities are not generated" },
  deletionVectors: { read: "yes", write: "yes", because: "deleted rows stay away; whole files are written anew" },
  timestampNtz: { read: "yes", write: "refuse", because: "only UTC timestamps are written" },
  v2Checkpoint: { read: "yes", write: "refuse", because: "only classic checkpoints are written" },
  vacuumProtocolCheck: { read: "yes", write: "yes", because: "vacuum checks the protocol first" },
  inCommitTimestamp: { read: "yes", write: "yes", because: "each commit carries a later time than the one before" },
  rowTracking: { read: "yes", write: "refuse", because: "row ids are not assigned" },
  domainMetadata: { read: "yes", write: "yes", because: "kept as it is" },
  icebergCompatV1: { read: "yes", write: "refuse", because: "its restrictions are not checked" },
  icebergCompatV2: { read: "yes", write: "refuse", because: "its restrictions are not checked" },
  clustering: { read: "yes", write: "refuse", because: "files are not clustered" },
  typeWidening: { read: "yes", write: "refuse", because: "changes of types are not recorded" },
  "typeWidening-preview": { read: "yes", write: "refuse", because: "changes of types are not recorded" },
  allowColumnDefaults: { read: "yes", write: "refuse", because: "defaults are not filled in" },
  checkpointProtection: { read: "yes", write: "refuse", because: "its rules for log clean-up are not followed" },
  variantType: { read: "refuse", write: "refuse", because: "variant values are not decoded" },
  "variantType-preview": { read: "refuse", write: "refuse", because: "variant values are not decoded" },
  variantShredding: { read: "refuse", write: "refuse", because: "variant values are not decoded" },
  "variantShredding-preview": { read: "refuse", write: "refuse", because: "variant values are not decoded" },
  catalogManaged: { read: "refuse", write: "refuse", because: "commits live in a catalog, not in the log" },
  "catalogOwned-preview": { read: "refuse", write: "refuse", because: "commits live in a catalog, not in the log" }
};
var ownProtocol = {
  minReaderVersion: 1,
  minWriterVersion: 2,
  readerFeatures: void 0,
  writerFeatures: void 0
};
function needed(protocol2, kind, isInUse2) {
  const [version, named, limit] = kind === "read" ? [protocol2.minReaderVersion, protocol2.readerFeatures, 3] : [protocol2.minWriterVersion, protocol2.writerFeatures, 7];
  if (version >= limit) return (named ?? []).filter(isInUse2);
  return Object.entries(features).filter(([name, support]) => {
    const since = kind === "read" ? support.legacyReader : support.legacyWriter;
    return since !== void 0 && since <= version && isInUse2(name);
  }).map(([name]) => name);
}
function assertSupported(protocol2, kind, at2, isInUse2) {
  const [version, newest] = kind === "read" ? [protocol2.minReaderVersion, 3] : [protocol2.minWriterVersion, 7];
  if (!(version >= 1 && version <= newest)) {
    throw new PlayheadError({
      code: "DELTA_UNSUPPORTED",
      at: at2,
      message: `the table needs ${kind === "read" ? "reader" : "writer"} version ${version}; up to ${newest} is known`
    });
  }
  const named = kind === "read" ? protocol2.readerFeatures : protocol2.writerFeatures;
  if (version === newest && named === void 0) {
    const list = kind === "read" ? "readerFeatures" : "writerFeatures";
    const message = `the protocol has ${kind === "read" ? "reader" : "writer"} version ${version} and no "${list}"`;
    throw new PlayheadError({ code: "DELTA_CORRUPT_LOG", at: at2, message });
  }
  for (const feature of needed(protocol2, kind, isInUse2)) {
    const support = features[feature];
    if (support?.[kind] === "yes") continue;
    throw new PlayheadError({
      code: "DELTA_UNSUPPORTED",
      at: at2,
      message: `the table needs the feature "${feature}", which is not implemented for ${kind === "read" ? "reading" : "writing"}${support === void 0 ? "" : `: ${support.because}`}`
    });
  }
}

// src/delta/file-path.ts
import { join, resolve } from "node:path";
var withoutScheme = (path) => path.replace(/^(?:file|s3[an]?):\/*/i, "/");
function locateFile(table, logPath) {
  const path = decodeOnce(withoutScheme(logPath));
  return path.startsWith("/") ? resolve(path) : join(table, path);
}
function fileKey(logPath, deletionVectorId) {
  const path = decodeOnce(withoutScheme(logPath));
  return deletionVectorId === void 0 ? path : `${path}\0${deletionVectorId}`;
}
function encodeLogPath(relative3) {
  return relative3.split("/").map(encodeURIComponent).join("/").replaceAll("%3D", "=");
}
function decodeOnce(path) {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// src/delta/snapshot.ts
var Replay = class {
  #protocol;
  #metaData;
  #schema;
  #files;
  #tombstones;
  #txns;
  #domains;
  #at;
  /** @param from the snapshot that the actions follow; it stays as it is */
  constructor(at2, from) {
    this.#at = at2;
    this.#protocol = from?.protocol;
    this.#metaData = from?.metaData;
    this.#schema = from?.schema;
    this.#files = new Map(from?.files);
    this.#tombstones = new Map(from?.tombstones);
    this.#txns = new Map(from?.txns);
    this.#domains = new Map(from?.domains);
  }
  /** @throws DELTA_UNSUPPORTED, DELTA_CORRUPT_LOG */
  apply(actions, version) {
    const at2 = `${this.#at} version ${version}`;
    for (const action2 of actions) this.#applyOne(action2, at2);
  }
  #applyOne({ protocol: protocol2, metaData: metaData2, add: add2, remove: remove2, txn: txn2, domainMetadata: domainMetadata2 }, at2) {
    if (protocol2 !== void 0) {
      this.#protocol = protocol2;
      assertSupported(protocol2, "read", at2, () => false);
    }
    if (metaData2 !== void 0) {
      this.#metaData = metaData2;
      this.#schema = parseSchema(metaData2.schemaString, at2);
    }
    if (add2 !== void 0) {
      const key = keyOf(add2);
      this.#files.set(key, add2);
      this.#tombstones.delete(key);
    }
    if (remove2 !== void 0) {
      const key = keyOf(remove2);
      this.#files.delete(key);
      this.#tombstones.set(key, remove2);
    }
    if (txn2 !== void 0) this.#txns.set(txn2.appId, txn2.version);
    if (domainMetadata2?.removed === false) this.#domains.set(domainMetadata2.domain, domainMetadata2.configuration);
    if (domainMetadata2?.removed === true) this.#domains.delete(domainMetadata2.domain);
  }
  /** @throws DELTA_CORRUPT_LOG when the log says too little, DELTA_UNSUPPORTED when the table needs what is not implemented */
  finish(version) {
    const at2 = `${this.#at} version ${version}`;
    const [protocol2, metaData2, schema] = [this.#protocol, this.#metaData, this.#schema];
    if (protocol2 === void 0 || metaData2 === void 0 || schema === void 0) {
      const missing2 = protocol2 === void 0 ? "protocol" : "metaData";
      throw new PlayheadError({ code: "DELTA_CORRUPT_LOG", at: at2, message: `the log holds no "${missing2}" action` });
    }
    const { provider } = metaData2.format;
    if (provider.toLowerCase() !== "parquet") {
      throw new PlayheadError({
        code: "DELTA_UNSUPPORTED",
        at: at2,
        message: `the data files are in the format "${provider}"; only parquet is read`
      });
    }
    const snapshot = {
      version,
      protocol: protocol2,
      metaData: metaData2,
      schema,
      files: this.#files,
      tombstones: this.#tombstones,
      txns: this.#txns,
      domains: this.#domains
    };
    assertSupported(protocol2, "read", at2, (feature) => isInUse(snapshot, feature));
    return snapshot;
  }
};
function assertWritable(snapshot, at2) {
  assertSupported(snapshot.protocol, "write", at2, (feature) => isInUse(snapshot, feature));
}
var hasInCommitTimestamps = ({ metaData: metaData2 }) => metaData2.configuration["delta.enableInCommitTimestamps"] === "true";
var keyOf = (file) => {
  const dv = file.deletionVector;
  return fileKey(file.path, dv && `${dv.storageType}${dv.pathOrInlineDv}@${dv.offset ?? ""}`);
};
function isInUse(snapshot, feature) {
  const { metaData: metaData2, schema, files } = snapshot;
  const property = (name) => metaData2.configuration[name] ?? void 0;
  const anyField = (key) => isAnywhere(schema.fields, key);
  const anyType = (name) => new RegExp(`(?:^|[:<,])${name}(?:$|[>,])`).test(typeText(schema));
  switch (feature) {
    case "columnMapping":
      return (property("delta.columnMapping.mode") ?? "none") !== "none";
    case "deletionVectors":
      return property("delta.enableDeletionVectors") === "true" || [...files.values()].some((file) => file.deletionVector !== void 0);
    case "changeDataFeed":
      return property("delta.enableChangeDataFeed") === "true";
    case "checkConstraints":
      return Object.keys(metaData2.configuration).some((name) => name.startsWith("delta.constraints."));
    case "invariants":
      return anyField("delta.invariants");
    case "generatedColumns":
      return anyField("delta.generationExpression");
    case "identityColumns":
      return anyField("delta.identity.start");
    case "typeWidening":
    case "typeWidening-preview":
      return anyField("delta.typeChanges");
    case "inCommitTimestamp":
      return hasInCommitTimestamps(snapshot);
    case "icebergCompatV1":
      return property("delta.enableIcebergCompatV1") === "true";
    case "icebergCompatV2":
      return property("delta.enableIcebergCompatV2") === "true";
    case "allowColumnDefaults":
      return anyField("CURRENT_DEFAULT");
    case "clustering":
      return snapshot.domains.has("delta.clustering");
    case "timestampNtz":
      return anyType("timestamp_ntz");
    case "variantType":
    case "variantType-preview":
    case "variantShredding":
    case "variantShredding-preview":
      return anyType("variant");
    // Row tracking binds writers as soon as the protocol names it, whatever the property says (Delta, "Row Tracking").
    default:
      return true;
  }
}
var isAnywhere = (fields, key) => fields.some((field2) => key in field2.metadata || JSON.stringify(field2.type).includes(JSON.stringify(key)));

// src/delta/changes.ts
async function changesBetween(table, from, to) {
  if (to > from) await assertReached(table, to);
  const added = /* @__PURE__ */ new Map();
  const removed = /* @__PURE__ */ new Map();
  const txns = /* @__PURE__ */ new Map();
  const shapes = [];
  for (const { actions } of await commitsBetween(table, from, to)) {
    for (const { add: add2, remove: remove2, txn: txn2, metaData: metaData2 } of actions) {
      if (metaData2 !== void 0) shapes.push(metaData2);
      if (txn2 !== void 0) txns.set(txn2.appId, txn2.version);
      if (remove2?.dataChange === true && !added.delete(keyOf(remove2))) removed.set(keyOf(remove2), remove2);
      if (add2?.dataChange === true && !removed.delete(keyOf(add2))) added.set(keyOf(add2), add2);
    }
  }
  const changedSchema = shapes.length > 0 && await isOtherShape(table, from, shapes);
  const changedMetaData = shapes.length > 0;
  return { added: [...added.values()], removed: [...removed.values()], txns, changedMetaData, changedSchema };
}
async function assertReached(table, to) {
  const newest = await table.version();
  if (newest !== void 0 && newest >= to) return;
  throw new PlayheadError({
    code: "DELTA_VERSION_NOT_FOUND",
    at: table.path,
    message: `there is no version ${to}; the newest is ${newest ?? "none"}`
  });
}
async function commitsBetween(table, from, to) {
  try {
    return await table.commits(from + 1, to);
  } catch (error) {
    if (!(error instanceof PlayheadError) || error.code !== "DELTA_MISSING_COMMIT") throw error;
    throw new PlayheadError({
      code: "DELTA_MISSING_COMMIT",
      at: error.at,
      message: `${error.message}: what changed from version ${from} to ${to} cannot be told`,
      hint: "log clean-up deletes old commits; read the whole version instead of its changes",
      cause: error
    });
  }
}
async function isOtherShape(table, from, shapes) {
  const texts3 = new Set(shapes.map((shape) => shapeText(table.path, shape)));
  if (from < 0) return texts3.size > 1;
  try {
    texts3.add(shapeText(table.path, (await table.snapshot(from)).metaData));
  } catch (error) {
    if (error instanceof PlayheadError) return true;
    throw error;
  }
  return texts3.size > 1;
}
function shapeText(at2, { schemaString, partitionColumns }) {
  const schema = parseSchema(schemaString, at2);
  const physical = schema.fields.map(({ metadata }) => metadata["delta.columnMapping.physicalName"] ?? null);
  return JSON.stringify([typeText(schema), physical, partitionColumns]);
}

// src/delta/column-mapping.ts
function columnMappingOf({ configuration }) {
  const mode = configuration["delta.columnMapping.mode"];
  return mode === "name" || mode === "id" ? mode : "none";
}
function physicalName({ name, metadata }) {
  const physical = metadata["delta.columnMapping.physicalName"];
  return typeof physical === "string" ? physical : name;
}
function columnId({ metadata }) {
  const id = metadata["delta.columnMapping.id"];
  return typeof id === "number" && Number.isInteger(id) ? id : void 0;
}
function physicalType(type) {
  if (typeof type === "string") return type;
  switch (type.type) {
    case "struct":
      return physicalSchema(type);
    case "array":
      return { ...type, elementType: physicalType(type.elementType) };
    case "map":
      return { ...type, keyType: physicalType(type.keyType), valueType: physicalType(type.valueType) };
  }
}
function physicalSchema({ fields }) {
  return {
    type: "struct",
    fields: fields.map((field2) => ({ ...field2, name: physicalName(field2), type: physicalType(field2.type) }))
  };
}

// src/delta/commit.ts
import { join as join3 } from "node:path";

// src/delta/checkpoint-write.ts
import { ByteWriter, parquetWrite } from "hyparquet-writer";
var text = (name) => ({
  name,
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  logical_type: { type: "STRING" },
  repetition_type: "OPTIONAL"
});
var long = (name) => ({ name, type: "INT64", repetition_type: "OPTIONAL" });
var integer = (name) => ({ name, type: "INT32", repetition_type: "OPTIONAL" });
var truth = (name) => ({ name, type: "BOOLEAN", repetition_type: "OPTIONAL" });
var texts = (name) => [
  { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  text("element")
];
var textMap = (name) => [
  { name, repetition_type: "OPTIONAL", num_children: 1, converted_type: "MAP", logical_type: { type: "MAP" } },
  { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
  { ...text("key"), repetition_type: "REQUIRED" },
  text("value")
];
var group = (name, children, ...members) => [
  { name, repetition_type: "OPTIONAL", num_children: children },
  ...members.flat()
];
var deletionVector = group("deletionVector", 5, [
  text("storageType"),
  text("pathOrInlineDv"),
  integer("offset"),
  integer("sizeInBytes"),
  long("cardinality")
]);
var checkpointSchema = [
  { name: "spark_schema", num_children: 6 },
  ...group("txn", 3, [text("appId"), long("version"), long("lastUpdated")]),
  ...group(
    "add",
    8,
    [text("path")],
    textMap("partitionValues"),
    [long("size"), long("modificationTime"), truth("dataChange"), text("stats")],
    textMap("tags"),
    deletionVector
  ),
  ...group(
    "remove",
    7,
    [text("path"), long("deletionTimestamp"), truth("dataChange"), truth("extendedFileMetadata")],
    textMap("partitionValues"),
    [long("size")],
    deletionVector
  ),
  ...group(
    "metaData",
    8,
    [text("id"), text("name"), text("description")],
    group("format", 2, [text("provider")], textMap("options")),
    [text("schemaString")],
    texts("partitionColumns"),
    textMap("configuration"),
    [long("createdTime")]
  ),
  ...group(
    "protocol",
    4,
    [integer("minReaderVersion"), integer("minWriterVersion")],
    texts("readerFeatures"),
    texts("writerFeatures")
  ),
  ...group("domainMetadata", 3, [text("domain"), text("configuration"), truth("removed")])
];
async function encodeCheckpoint(snapshot, keepRemovedAfterMs) {
  const tombstones = [...snapshot.tombstones.values()].filter((r) => (r.deletionTimestamp ?? 0) > keepRemovedAfterMs);
  const header = [
    { kind: "protocol", value: snapshot.protocol },
    { kind: "metaData", value: { ...snapshot.metaData, createdTime: toLong(snapshot.metaData.createdTime) } },
    ...[...snapshot.txns].map(([appId, version]) => ({ kind: "txn", value: { appId, version } })),
    ...[...snapshot.domains].map(([domain, configuration]) => ({
      kind: "domainMetadata",
      value: { domain, configuration, removed: false }
    }))
  ];
  const rows = [
    ...header,
    ...[...snapshot.files.values()].map((file) => ({ kind: "add", value: addRow(file) })),
    ...tombstones.map((file) => ({ kind: "remove", value: removeRow(file) }))
  ];
  const kinds2 = ["txn", "add", "remove", "metaData", "protocol", "domainMetadata"];
  const writer = new ByteWriter();
  await parquetWrite({
    writer,
    schema: checkpointSchema,
    columnData: kinds2.map((kind) => ({
      name: kind,
      data: rows.map((row) => row.kind === kind ? row.value : null)
    })),
    codec: "SNAPPY",
    rowGroupSize: [header.length, ...groupSizes(snapshot.files.size), ...groupSizes(tombstones.length)],
    createdBy: "playhead"
  });
  return { bytes: writer.getBytes(), rowCount: rows.length, addCount: snapshot.files.size };
}
var groupSizes = (count2) => Array.from({ length: Math.ceil(count2 / groupRowsMax) }, (_, i) => Math.min(groupRowsMax, count2 - i * groupRowsMax));
var groupRowsMax = 1e5;
var toLong = (value) => value === void 0 ? void 0 : BigInt(value);
var dvRow = (dv) => dv && { ...dv, cardinality: BigInt(dv.cardinality) };
var addRow = (file) => ({
  ...file,
  size: BigInt(file.size),
  modificationTime: BigInt(file.modificationTime),
  // Delta, "Checkpoint Schema": readers of a checkpoint see no change.
  dataChange: false,
  deletionVector: dvRow(file.deletionVector)
});
var removeRow = (file) => ({
  ...file,
  size: toLong(file.size),
  deletionTimestamp: toLong(file.deletionTimestamp),
  dataChange: false,
  deletionVector: dvRow(file.deletionVector)
});

// src/delta/conflict.ts
function assertNoConflict(staged, winner, at2) {
  const refuse = (why) => {
    throw new PlayheadError({
      code: "DELTA_CONFLICT",
      at: `${at2} version ${winner.version}`,
      message: `another writer ${why}`,
      hint: "read the table again and repeat the change"
    });
  };
  const ours = staged.actions;
  const changesShape = ours.some((action2) => action2.metaData !== void 0 || action2.protocol !== void 0);
  const removes = new Set(ours.flatMap((action2) => action2.remove === void 0 ? [] : [keyOf(action2.remove)]));
  const isBlindAppend = winner.info?.isBlindAppend === true;
  const hasRead = (file) => {
    if (staged.reads === "nothing") return false;
    if (staged.reads === "everything" || file.partitionValues === void 0) return true;
    return staged.reads({ partitionValues: file.partitionValues });
  };
  for (const { protocol: protocol2, metaData: metaData2, add: add2, remove: remove2, txn: txn2 } of winner.actions) {
    if (protocol2 !== void 0) refuse("created the table or changed its protocol");
    if (metaData2 !== void 0 && (changesShape || staged.reads !== "nothing" || ours.some((a) => a.add !== void 0))) {
      refuse("changed the table's schema or properties");
    }
    if (txn2 !== void 0 && txn2.appId === staged.progress?.appId) refuse(`committed progress of ${txn2.appId}`);
    if (remove2 !== void 0 && removes.has(keyOf(remove2))) refuse("removed a file that this change removes too");
    if (remove2?.dataChange === true && hasRead(remove2)) refuse("removed rows that this change has read");
    if (add2?.dataChange === true && !isBlindAppend && hasRead(add2))
      refuse("added rows that this change should have read");
  }
}
function isAlreadyMade(staged, snapshot) {
  if (staged.progress === void 0) return false;
  const reached = snapshot.txns.get(staged.progress.appId);
  return reached !== void 0 && reached >= BigInt(staged.progress.version);
}

// src/delta/exact-json.ts
var longNumber = /\d[\d.]{15}/;
var stringOrLongNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.]{15,}(?:[eE][+-]?\d+)?/g;
function parseExactJson(text2) {
  if (!longNumber.test(text2)) return JSON.parse(text2);
  const kept = text2.replaceAll(
    stringOrLongNumber,
    (token) => token.startsWith('"') || String(Number(token)) === token ? token : `"${token}"`
  );
  return JSON.parse(kept);
}
function writeExactJson(value) {
  if (value === null || value === void 0) return "null";
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(writeExactJson).join(",")}]`;
  if (value instanceof Date) return JSON.stringify(value);
  if (typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== void 0);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writeExactJson(member)}`).join(",")}}`;
}

// src/delta/interval.ts
var unitsMs = {
  millisecond: 1,
  second: 1e3,
  minute: 6e4,
  hour: 36e5,
  day: 864e5,
  week: 6048e5
};
function durationMs(interval) {
  const words = interval?.trim().toLowerCase().replace(/^interval\s+/, "").split(/\s+/);
  if (words === void 0 || words.length === 0 || words.length % 2 !== 0) return void 0;
  let total = 0;
  for (let i = 0; i < words.length; i += 2) {
    const unit = unitsMs[(words[i + 1] ?? "").replace(/s$/, "")];
    const amount = Number(words[i]);
    if (unit === void 0 || !Number.isFinite(amount)) return void 0;
    total += amount * unit;
  }
  return total;
}

// src/delta/log-cleanup.ts
import { join as join2 } from "node:path";

// src/delta/checkpoint-read.ts
import { z as z3 } from "zod";

// src/delta/actions.ts
import { z as z2 } from "zod";

// src/delta/plain-add.ts
var plainMembers = /* @__PURE__ */ new Set([
  "path",
  "partitionValues",
  "size",
  "modificationTime",
  "dataChange",
  "stats",
  // Of a checkpoint, beside the texts that say the same.
  "stats_parsed",
  "partitionValues_parsed"
]);
function plainAdd(action2) {
  if (!isObject(action2) || !isObject(action2.add)) return void 0;
  for (const kind in action2) if (kind !== "add" && (action2[kind] ?? void 0) !== void 0) return void 0;
  const given = action2.add;
  for (const name in given) {
    if (!plainMembers.has(name) && given[name] !== null && given[name] !== void 0) return void 0;
  }
  const { path, partitionValues, dataChange } = given;
  const stats = given.stats ?? void 0;
  const [size2, modificationTime] = [wholeNumber(given.size), wholeNumber(given.modificationTime)];
  if (typeof path !== "string" || typeof dataChange !== "boolean" || !isTexts(partitionValues)) return void 0;
  if (size2 === void 0 || modificationTime === void 0) return void 0;
  if (stats !== void 0 && typeof stats !== "string") return void 0;
  return { path, partitionValues, size: size2, modificationTime, dataChange, stats, ...none };
}
var none = {
  tags: void 0,
  deletionVector: void 0,
  baseRowId: void 0,
  defaultRowCommitVersion: void 0,
  clusteringProvider: void 0
};
var isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
function isTexts(value) {
  if (!isObject(value)) return false;
  for (const name in value) {
    if (name === "__proto__" || typeof value[name] !== "string" && value[name] !== null) return false;
  }
  return true;
}
function wholeNumber(value) {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : void 0;
}

// src/delta/actions.ts
var size = z2.union([z2.number(), z2.string().regex(/^-?\d+$/), z2.bigint()]).transform(Number);
var count = size.refine((value) => Number.isInteger(value) && value >= 0, "must be a whole number from 0 on");
var long2 = z2.union([z2.number().int(), z2.string().regex(/^-?\d+$/), z2.bigint()]).transform(BigInt);
var optional = (type) => type.nullish().transform((value) => value ?? void 0);
var texts2 = z2.record(z2.string(), z2.string().nullable());
var deletionVector2 = z2.object({
  storageType: z2.string(),
  pathOrInlineDv: z2.string(),
  offset: optional(count),
  sizeInBytes: count,
  cardinality: count
});
var protocol = z2.object({
  minReaderVersion: count,
  minWriterVersion: count,
  readerFeatures: optional(z2.array(z2.string())),
  writerFeatures: optional(z2.array(z2.string()))
});
var metaData = z2.object({
  id: z2.string(),
  name: optional(z2.string()),
  description: optional(z2.string()),
  format: z2.object({ provider: z2.string(), options: texts2.nullish().transform((value) => value ?? {}) }).default({ provider: "parquet", options: {} }),
  schemaString: z2.string(),
  partitionColumns: z2.array(z2.string()),
  configuration: z2.record(z2.string(), z2.string().nullable()).nullish().transform((value) => value ?? {}),
  createdTime: optional(size)
});
var add = z2.object({
  path: z2.string(),
  partitionValues: texts2,
  size: count,
  modificationTime: size,
  dataChange: z2.boolean(),
  // Statistics only save work: those of another form than a text count as absent.
  stats: optional(z2.string()).catch(void 0),
  tags: optional(texts2),
  deletionVector: optional(deletionVector2),
  baseRowId: optional(long2),
  defaultRowCommitVersion: optional(long2),
  clusteringProvider: optional(z2.string())
});
var remove = z2.object({
  path: z2.string(),
  deletionTimestamp: optional(size),
  dataChange: z2.boolean(),
  extendedFileMetadata: optional(z2.boolean()),
  partitionValues: optional(texts2),
  size: optional(count),
  deletionVector: optional(deletionVector2)
});
var txn = z2.object({ appId: z2.string(), version: long2, lastUpdated: optional(size) });
var commitInfo = z2.looseObject({
  timestamp: optional(size).catch(void 0),
  inCommitTimestamp: optional(size).catch(void 0),
  operation: optional(z2.string()).catch(void 0)
}).catch({ timestamp: void 0, inCommitTimestamp: void 0, operation: void 0 });
var domainMetadata = z2.object({ domain: z2.string(), configuration: z2.string(), removed: z2.boolean() });
var sidecar = z2.object({ path: z2.string(), sizeInBytes: count, modificationTime: size });
var action = z2.object({
  protocol: protocol.optional(),
  metaData: metaData.optional(),
  add: add.optional(),
  remove: remove.optional(),
  txn: txn.optional(),
  commitInfo: commitInfo.optional(),
  domainMetadata: domainMetadata.optional(),
  sidecar: sidecar.optional()
});
function actionOfRow(row, at2) {
  const add2 = plainAdd(row);
  if (add2 !== void 0) return { add: add2 };
  const given = Object.entries(row).filter(([, value]) => value !== null && value !== void 0);
  return checked(Object.fromEntries(given), at2);
}
function parseCommit(text2, at2) {
  const actions = [];
  let line = 0;
  for (const json of text2.split("\n")) {
    line += 1;
    if (json.trim() !== "") actions.push(checked(parsed(json, `${at2}:${line}`), `${at2}:${line}`));
  }
  for (const kind of ["protocol", "metaData"]) assertOnce(actions, kind, at2);
  if (actions.length > 0) return actions;
  throw new PlayheadError({ code: "DELTA_CORRUPT_LOG", at: at2, message: "the commit file is empty" });
}
function assertOnce(actions, kind, at2) {
  const found = actions.filter((action2) => action2[kind] !== void 0).length;
  if (found <= 1) return;
  throw new PlayheadError({ code: "DELTA_CORRUPT_LOG", at: at2, message: `the file holds ${found} "${kind}" actions` });
}
function parsed(json, at2) {
  try {
    return parseExactJson(json);
  } catch (cause) {
    throw new PlayheadError({ code: "DELTA_CORRUPT_LOG", at: at2, message: "the line is no JSON", cause });
  }
}
function checked(value, at2) {
  const add2 = plainAdd(value);
  if (add2 !== void 0) return { add: add2 };
  const result = action.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new PlayheadError({
    code: "DELTA_CORRUPT_LOG",
    at: at2,
    message: `${issue?.path.join(".") || "action"}: ${issue?.message ?? "not understood"}`,
    cause: result.error
  });
}

// src/delta/checkpoint-rows.ts
import {
  parquetMetadata,
  parquetReadObjects,
  parquetSchema
} from "hyparquet";
import { compressors } from "hyparquet-compressors";

// src/delta/checkpoint-columns.ts
var keptMembers = /* @__PURE__ */ new Set(["partitionValues", "partitionValues_parsed", "stats_parsed"]);
function withoutEmptyColumns(metadata, group2) {
  const whole = { ...metadata, num_rows: group2.num_rows, row_groups: [group2] };
  const isFilled = /* @__PURE__ */ new Map();
  for (const { meta_data } of group2.columns) {
    if (meta_data === void 0) return whole;
    const { path_in_schema, num_values, statistics } = meta_data;
    const isEmpty = statistics?.null_count !== void 0 && BigInt(statistics.null_count) === BigInt(num_values);
    for (const key of keysOf(path_in_schema)) isFilled.set(key, isFilled.get(key) === true || !isEmpty);
  }
  const isKept = (path) => keysOf(path).every((key) => isFilled.get(key) !== false);
  const columns2 = group2.columns.filter(({ meta_data }) => meta_data !== void 0 && isKept(meta_data.path_in_schema));
  if (columns2.length === 0) return whole;
  return { ...whole, schema: prunedSchema(metadata.schema, isKept), row_groups: [{ ...group2, columns: columns2 }] };
}
function keysOf(path) {
  const [kind = "", member] = path;
  const isFileMember = (kind === "add" || kind === "remove") && member !== void 0 && !keptMembers.has(member);
  return isFileMember ? [kind, `${kind}.${member}`] : [kind];
}
function prunedSchema(schema, isKept) {
  let at2 = 0;
  const branch = (path, isRoot) => {
    const element = schema[at2];
    at2 += 1;
    if (element === void 0) return [];
    const own = isRoot ? path : [...path, element.name];
    const children = Array.from({ length: element.num_children ?? 0 }, () => branch(own, false)).filter(
      (child) => child.length > 0
    );
    if (!isRoot && (!isKept(own) || element.num_children !== void 0 && children.length === 0)) return [];
    const self = element.num_children === void 0 ? element : { ...element, num_children: children.length };
    return [self, ...children.flat()];
  };
  return branch([], true);
}

// src/delta/checkpoint-rows.ts
async function readCheckpointRows(bytes) {
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
  const file = isWhole ? bytes.buffer : bytes.slice().buffer;
  const metadata = parquetMetadata(file);
  const add2 = parquetSchema(metadata).children.find((node) => node.element.name === "add");
  const raw2 = withRawDecimals(metadata);
  const found = [];
  for (const group2 of metadata.row_groups) {
    const rows = await parquetReadObjects({ file, metadata: withoutEmptyColumns(raw2, group2), compressors, parsers });
    const isTyped = add2?.children.some(({ element }) => typedColumns.has(element.name)) === true;
    found.push(
      isTyped ? rows.map((row) => isObject2(row.add) && add2 !== void 0 ? { ...row, add: withTexts(row.add, add2) } : row) : rows
    );
  }
  return found.flat();
}
var typedColumns = /* @__PURE__ */ new Set(["stats_parsed", "partitionValues_parsed"]);
var withRawDecimals = (metadata) => ({
  ...metadata,
  schema: metadata.schema.map((element) => {
    if (element.converted_type !== "DECIMAL") return element;
    const { converted_type, logical_type, ...raw2 } = element;
    return raw2;
  })
});
var parsers = {
  dateFromDays: (days) => isoText(days * 864e5)?.slice(0, -"T00:00:00.000Z".length),
  timestampFromMilliseconds: (millis) => microsText(millis * 1000n),
  timestampFromMicroseconds: (micros) => microsText(micros),
  timestampFromNanoseconds: (nanos) => microsText(nanos / 1000n)
};
function microsText(micros) {
  const rest = (micros % 1000n + 1000n) % 1000n;
  return isoText(Number((micros - rest) / 1000n))?.replace("Z", `${String(rest).padStart(3, "0")}Z`);
}
function isoText(ms) {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? void 0 : date.toISOString();
}
function withTexts(add2, node) {
  const child = (name) => node.children.find(({ element }) => element.name === name);
  const [stats, partitions] = [child("stats_parsed"), child("partitionValues_parsed")];
  const texts3 = { ...add2 };
  if (stats !== void 0 && typeof add2.stats !== "string" && isObject2(add2.stats_parsed)) {
    texts3.stats = jsonText(add2.stats_parsed, stats);
  }
  if (partitions !== void 0 && !isObject2(add2.partitionValues) && isObject2(add2.partitionValues_parsed)) {
    texts3.partitionValues = partitionTexts(add2.partitionValues_parsed, partitions);
  }
  return texts3;
}
function jsonText(value, node) {
  if (value === null || value === void 0) return void 0;
  if (isDecimal(node)) return decimalText(value, node);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : void 0;
  if (typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (!isObject2(value)) return void 0;
  const members = node.children.map((child) => [child.element.name, jsonText(value[child.element.name], child)]);
  const known = members.filter(([, text2]) => text2 !== void 0);
  return `{${known.map(([name, text2]) => `${JSON.stringify(name)}:${text2}`).join(",")}}`;
}
function partitionTexts(values, node) {
  const texts3 = {};
  for (const child of node.children) {
    const { name } = child.element;
    const value = values[name] ?? null;
    const text2 = value === null ? null : partitionText(value, child);
    if (text2 === void 0) return void 0;
    texts3[name] = text2;
  }
  return texts3;
}
function partitionText(value, node) {
  if (isDecimal(node)) return decimalText(value, node);
  const { logical_type, converted_type, type } = node.element;
  if (typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return void 0;
  if (type !== "BYTE_ARRAY") return value.replace("T", " ").replace("Z", "");
  return converted_type === "UTF8" || logical_type?.type === "STRING" ? value : void 0;
}
var isDecimal = ({ element }) => element.logical_type?.type === "DECIMAL" || element.converted_type === "DECIMAL";
function decimalText(value, { element }) {
  const unscaled = unscaledOf(value);
  if (unscaled === void 0) return void 0;
  const scale = element.scale ?? 0;
  const digits2 = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const whole = digits2.slice(0, digits2.length - scale);
  return `${unscaled < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${digits2.slice(-scale)}`}`;
}
function unscaledOf(value) {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return BigInt(value);
  if (!(value instanceof Uint8Array) || value.length === 0) return void 0;
  const hex = Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return BigInt.asIntN(value.length * 8, BigInt(`0x${hex}`));
}
var isObject2 = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// src/delta/log-read.ts
async function readLogFile(store, path) {
  try {
    return await store.read(path);
  } catch (cause) {
    if (cause instanceof PlayheadError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PlayheadError({
      code: "DELTA_CORRUPT_LOG",
      at: path,
      message: `the file of the log cannot be read: ${why}`,
      hint: "see what lies at this path and who may read it",
      cause
    });
  }
}
async function readLogText(store, path) {
  const bytes = await readLogFile(store, path);
  if (bytes === void 0) return void 0;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PlayheadError({ code: "DELTA_CORRUPT_LOG", at: path, message: "the file of the log is no UTF-8", cause });
  }
}

// src/delta/checkpoint-read.ts
function completeCheckpoints(files) {
  const found = [];
  const parts = /* @__PURE__ */ new Map();
  for (const file of files) {
    if (file.kind === "checkpoint" || file.kind === "v2") found.push({ version: file.version, names: [file.name] });
    if (file.kind !== "part" || file.part < 1 || file.part > file.parts) continue;
    const key = `${file.version}/${file.parts}`;
    const group2 = parts.get(key) ?? { version: file.version, total: file.parts, names: /* @__PURE__ */ new Map() };
    group2.names.set(file.part, file.name);
    parts.set(key, group2);
  }
  for (const { version, total, names } of parts.values()) {
    if (names.size === total) found.push({ version, names: [...names.values()] });
  }
  return found.sort((a, b) => b.version - a.version);
}
async function readCheckpoint(store, log, { version, names }) {
  const at2 = `${log}/${names[0] ?? ""}`;
  const actions = [];
  for (const name of names) actions.push(...await readActions(store, `${log}/${name}`));
  const sidecars = actions.flatMap(({ sidecar: sidecar2 }) => sidecar2 === void 0 ? [] : [sidecar2.path]);
  const counted = await countedActions(store, log, version);
  if (counted !== void 0 && sidecars.length === 0 && actions.length < counted) {
    const message = `the checkpoint of version ${version} holds ${actions.length} actions where _last_checkpoint counts ${counted}`;
    throw corrupt(at2, message);
  }
  for (const kind of ["protocol", "metaData"]) {
    if (actions.some((action2) => action2[kind] !== void 0)) continue;
    throw corrupt(at2, `the checkpoint of version ${version} holds no "${kind}" action`);
  }
  for (const path of sidecars) actions.push(...await readActions(store, locateSidecar(log, path)));
  return actions;
}
var locateSidecar = (log, path) => locateFile(`${log}/_sidecars`, path);
var hintSchema = z3.object({ version: z3.number().int(), size: z3.number().int() });
async function countedActions(store, log, version) {
  try {
    const text2 = await readLogText(store, `${log}/_last_checkpoint`);
    if (text2 === void 0) return void 0;
    const hint = hintSchema.safeParse(JSON.parse(text2));
    return hint.success && hint.data.version === version ? hint.data.size : void 0;
  } catch {
    return void 0;
  }
}
async function readActions(store, path) {
  if (path.endsWith(".json")) {
    const text2 = await readLogText(store, path);
    return text2 === void 0 ? missing(path) : parseCommit(text2, path);
  }
  const bytes = await readLogFile(store, path) ?? missing(path);
  let rows;
  try {
    rows = await readCheckpointRows(bytes);
  } catch (cause) {
    throw corrupt(path, "the checkpoint is no readable Parquet file", cause);
  }
  return rows.map((row) => actionOfRow(row, path));
}
function missing(path) {
  throw corrupt(path, "the checkpoint file is missing");
}
function corrupt(at2, message, cause) {
  return new PlayheadError({ code: "DELTA_CORRUPT_LOG", at: at2, message, cause });
}

// src/delta/log-path.ts
var commitName = /^(\d{20})\.json$/;
var checkpointName = /^(\d{20})\.checkpoint\.parquet$/;
var partName = /^(\d{20})\.checkpoint\.(\d{10})\.(\d{10})\.parquet$/;
var v2Name = /^(\d{20})\.checkpoint\.[0-9a-fA-F-]{36}\.(?:json|parquet)$/;
function parseLogName(name) {
  const commit2 = commitName.exec(name);
  if (commit2) return { kind: "commit", version: Number(commit2[1]), name };
  const checkpoint = checkpointName.exec(name);
  if (checkpoint) return { kind: "checkpoint", version: Number(checkpoint[1]), name };
  const part = partName.exec(name);
  if (part) return { kind: "part", version: Number(part[1]), name, part: Number(part[2]), parts: Number(part[3]) };
  const v2 = v2Name.exec(name);
  if (v2) return { kind: "v2", version: Number(v2[1]), name };
  return void 0;
}
var digits = (version) => String(version).padStart(20, "0");
var commitFileName = (version) => `${digits(version)}.json`;
var checkpointFileName = (version) => `${digits(version)}.checkpoint.parquet`;

// src/delta/log-cleanup.ts
var logRetentionDefaultMs = 30 * 24 * 36e5;
async function cleanLog(table, options = {}) {
  const snapshot = await table.snapshot();
  assertWritable(snapshot, table.path);
  const property = durationMs(snapshot.metaData.configuration["delta.logRetentionDuration"]);
  const retentionMs = options.retentionMs ?? property ?? logRetentionDefaultMs;
  const oldestMs = (options.nowMs ?? Date.now()) - retentionMs;
  const files = (await table.store.list(table.log)).map(parseLogName).filter((file) => file !== void 0);
  const modifiedMs = async (name) => (await table.store.facts(join2(table.log, name)))?.modifiedMs;
  let boundary;
  for (const { version, names: names2 } of completeCheckpoints(files)) {
    const times2 = await Promise.all(names2.map(modifiedMs));
    if (times2.every((ms) => ms !== void 0 && ms <= oldestMs)) {
      boundary = version;
      break;
    }
  }
  const kept = files.filter((file) => file.kind === "commit").map((file) => file.version);
  const oldest = boundary ?? kept.reduce((a, b) => Math.min(a, b), snapshot.version);
  const expired = boundary === void 0 ? [] : files.filter((file) => file.version < boundary);
  const names = expired.sort((a, b) => a.version - b.version).map(({ name }) => name);
  if (options.isDryRun !== true) for (const name of names) await table.store.remove(join2(table.log, name));
  return { oldestVersion: oldest, names };
}

// src/delta/commit.ts
var attemptsMax = 100;
var checkpointIntervalDefault = 10;
var retentionDefaultMs = 7 * 24 * 36e5;
async function commit(table, staged) {
  let seen = staged.basis;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const current = await table.newest();
    if (current !== void 0) {
      if (isAlreadyMade(staged, current)) return { version: current.version, wasMade: true };
      assertWritable(current, table.path);
      for (const winner of await table.commits(seen + 1, current.version)) assertNoConflict(staged, winner, table.path);
      seen = current.version;
    } else if (staged.basis >= 0) {
      throw new PlayheadError({ code: "DELTA_CONFLICT", at: table.path, message: "the table was deleted meanwhile" });
    }
    const version = seen + 1;
    const actions = await withTimestamp(table, current, staged.actions);
    const content = actions.map((action2) => `${writeExactJson(action2)}
`).join("");
    if (!await table.store.putIfAbsent(join3(table.log, commitFileName(version)), content)) continue;
    try {
      const snapshot = await table.adopt(version, actions);
      if (isCheckpointDue(version, snapshot)) {
        await writeCheckpoint(table, snapshot);
        if (snapshot.metaData.configuration["delta.enableExpiredLogCleanup"] !== "false") await cleanLog(table);
      }
    } catch (checkpointFailure) {
      return { version, wasMade: false, checkpointFailure };
    }
    return { version, wasMade: false };
  }
  throw new PlayheadError({
    code: "DELTA_CONFLICT",
    at: table.path,
    message: `other writers were faster ${attemptsMax} times`,
    hint: "try again when fewer programs write to this table"
  });
}
async function withTimestamp(table, current, actions) {
  if (current === void 0 || !hasInCommitTimestamps(current)) return actions;
  const { timestampMs } = await table.commit(current.version);
  const info = actions.find((action2) => action2.commitInfo !== void 0)?.commitInfo;
  const inCommitTimestamp = Math.max(info?.timestamp ?? Date.now(), timestampMs + 1);
  const commitInfo2 = { timestamp: inCommitTimestamp, operation: void 0, ...info, inCommitTimestamp };
  return [{ commitInfo: commitInfo2 }, ...actions.filter((action2) => action2.commitInfo === void 0)];
}
function isCheckpointDue(version, { metaData: metaData2 }) {
  const interval = Number(metaData2.configuration["delta.checkpointInterval"] ?? checkpointIntervalDefault);
  return version > 0 && Number.isInteger(interval) && interval > 0 && version % interval === 0;
}
async function writeCheckpoint(table, snapshot, nowMs = Date.now()) {
  const retention = snapshot.metaData.configuration["delta.deletedFileRetentionDuration"];
  const keepAfter = nowMs - (durationMs(retention) ?? retentionDefaultMs);
  const { bytes, rowCount, addCount } = await encodeCheckpoint(snapshot, keepAfter);
  await table.store.put(join3(table.log, checkpointFileName(snapshot.version)), bytes);
  const hint = { version: snapshot.version, size: rowCount, sizeInBytes: bytes.length, numOfAddFiles: addCount };
  await table.store.put(join3(table.log, "_last_checkpoint"), JSON.stringify(hint));
}

// src/delta/file-actions.ts
import { randomUUID } from "node:crypto";
var addOf = (file, dataChange) => ({
  path: file.path,
  partitionValues: { ...file.partitionValues },
  size: file.sizeBytes,
  modificationTime: file.modifiedMs,
  dataChange,
  stats: file.stats,
  tags: void 0,
  deletionVector: void 0,
  baseRowId: void 0,
  defaultRowCommitVersion: void 0,
  clusteringProvider: void 0
});
var removeOf = (file, deletionTimestamp, dataChange) => ({
  path: file.path,
  deletionTimestamp,
  dataChange,
  extendedFileMetadata: true,
  partitionValues: file.partitionValues,
  size: file.size,
  deletionVector: file.deletionVector
});
var commitInfoOf = ({ snapshot, nowMs, userMetadata, metrics, ...facts2 }) => ({
  timestamp: nowMs,
  inCommitTimestamp: void 0,
  ...facts2,
  ...snapshot === void 0 ? {} : { readVersion: snapshot.version },
  isolationLevel: "WriteSerializable",
  operationMetrics: metrics,
  engineInfo: "playhead",
  txnId: randomUUID(),
  ...userMetadata === void 0 ? {} : { userMetadata }
});

// src/delta/deletion-vector.ts
import { join as join4 } from "node:path";
import { crc32 } from "node:zlib";

// src/delta/roaring.ts
var cookieWithRuns = 12347;
var cookieWithoutRuns = 12346;
var offsetsFrom = 4;
var listMax = 4096;
var bitsLength = 8192;
var ByteReader = class {
  at = 0;
  bytes;
  constructor(bytes) {
    this.bytes = bytes;
  }
  u16() {
    return this.bytes.readUInt16LE(this.#step(2));
  }
  u32() {
    return this.bytes.readUInt32LE(this.#step(4));
  }
  u64() {
    return this.bytes.readBigUInt64LE(this.#step(8));
  }
  take(length) {
    const from = this.#step(length);
    if (from + length > this.bytes.length) throw new RangeError(`${length} bytes wanted at ${from}`);
    return this.bytes.subarray(from, from + length);
  }
  #step(length) {
    const from = this.at;
    this.at += length;
    return from;
  }
};
function readRoaring(reader, found) {
  const cookie = reader.u32();
  const hasRuns = (cookie & 65535) === cookieWithRuns;
  if (!hasRuns && cookie !== cookieWithoutRuns) throw new RangeError(`no Roaring bitmap (cookie ${cookie})`);
  const count2 = hasRuns ? (cookie >>> 16) + 1 : reader.u32();
  if (count2 > 65536) throw new RangeError(`${count2} containers`);
  const runFlags = hasRuns ? reader.take(Math.ceil(count2 / 8)) : Buffer.alloc(0);
  const heads = Array.from({ length: count2 }, () => ({ key: reader.u16(), size: reader.u16() + 1 }));
  if (!hasRuns || count2 >= offsetsFrom) reader.take(4 * count2);
  heads.forEach(({ key, size: size2 }, i) => {
    const base = key * 65536;
    if ((runFlags[i >> 3] ?? 0) >> (i & 7) & 1) readRuns(reader, base, found);
    else if (size2 <= listMax) for (let n = 0; n < size2; n += 1) found(base + reader.u16());
    else readBits(reader.take(bitsLength), base, found);
  });
}
function readRuns(reader, base, found) {
  for (let runs = reader.u16(); runs > 0; runs -= 1) {
    const start = reader.u16();
    const last = start + reader.u16();
    if (last > 65535) throw new RangeError("a run beyond its container");
    for (let value = start; value <= last; value += 1) found(base + value);
  }
}
function readBits(bits, base, found) {
  bits.forEach((byte, i) => {
    for (let bit = 0; bit < 8; bit += 1) if (byte >> bit & 1) found(base + i * 8 + bit);
  });
}

// src/delta/z85.ts
var alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
function decodeZ85(text2) {
  if (text2.length % 5 !== 0) throw new RangeError(`${text2.length} characters are no whole groups of five`);
  const bytes = Buffer.alloc(text2.length / 5 * 4);
  for (let group2 = 0; group2 * 5 < text2.length; group2 += 1) {
    let value = 0;
    for (const letter of text2.slice(group2 * 5, group2 * 5 + 5)) {
      const digit = alphabet.indexOf(letter);
      if (digit < 0) throw new RangeError(`"${letter}" is not in the alphabet`);
      value = value * 85 + digit;
    }
    bytes.writeUInt32BE(value, group2 * 4);
  }
  return bytes;
}

// src/delta/deletion-vector.ts
var portableMagic = 1681511377;
var nativeMagic = 1681511376;
var fileVersion = 1;
var uuidLength = 20;
async function readDeletions(store, table, files) {
  const found = /* @__PURE__ */ new Map();
  const contents = /* @__PURE__ */ new Map();
  const contentOf = (path) => {
    const known = contents.get(path) ?? readVectorFile(store, path);
    contents.set(path, known);
    return known;
  };
  for (const file of files) {
    const { deletionVector: deletionVector3 } = file;
    if (deletionVector3 === void 0) continue;
    found.set(keyOf(file), await readVector(table, file.path, deletionVector3, contentOf));
  }
  return found;
}
function locateVector(table, { storageType, pathOrInlineDv }) {
  if (storageType === "i") return void 0;
  if (storageType === "p") return locateFile(table, pathOrInlineDv);
  const split = pathOrInlineDv.length - uuidLength;
  if (storageType !== "u" || split < 0) throw damaged(table, `a storage "${storageType}" of "${pathOrInlineDv}"`);
  const uuid = decoded(table, pathOrInlineDv.slice(split)).toString("hex");
  const dashed = uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return join4(table, pathOrInlineDv.slice(0, split), `deletion_vector_${dashed}.bin`);
}
async function readVector(table, file, vector, contentOf) {
  const path = locateVector(table, vector);
  const at2 = path ?? join4(table, file);
  const bytes = path === void 0 ? decoded(at2, vector.pathOrInlineDv).subarray(0, vector.sizeInBytes) : checkedPart(at2, await contentOf(path), vector);
  const rows = [];
  try {
    readBitmaps(bytes, (row) => rows.push(row));
  } catch (cause) {
    throw damaged(at2, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (rows.length === vector.cardinality) return rows;
  throw damaged(at2, `${rows.length} rows where the log counts ${vector.cardinality}`);
}
async function readVectorFile(store, path) {
  const bytes = await readLogFile(store, path);
  if (bytes !== void 0) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  throw new PlayheadError({
    code: "DELTA_MISSING_FILE",
    at: path,
    message: "the file that says which rows are deleted is missing",
    hint: "bring it back from a backup: without it deleted rows would come back"
  });
}
function checkedPart(at2, content, { offset, sizeInBytes }) {
  if (content[0] !== fileVersion) throw damaged(at2, `version ${content[0]} of the file format`);
  const start = offset ?? 1;
  if (start + 8 + sizeInBytes > content.length) throw damaged(at2, "the file ends before it");
  const size2 = content.readUInt32BE(start);
  if (size2 !== sizeInBytes) throw damaged(at2, `${size2} bytes where the log says ${sizeInBytes}`);
  const data = content.subarray(start + 4, start + 4 + size2);
  if (crc32(data) !== content.readUInt32BE(start + 4 + size2)) throw damaged(at2, "its checksum does not agree");
  return data;
}
function readBitmaps(bytes, found) {
  const reader = new ByteReader(bytes);
  const magic = reader.u32();
  if (magic === portableMagic) {
    for (let count3 = reader.u64(); count3 > 0n; count3 -= 1n) {
      const base = reader.u32() * 2 ** 32;
      readRoaring(reader, (value) => found(base + value));
    }
    return;
  }
  if (magic !== nativeMagic) throw new RangeError(`magic number ${magic}`);
  const count2 = reader.u32();
  for (let key = 0; key < count2; key += 1) {
    const bitmap = new ByteReader(reader.take(reader.u32()));
    readRoaring(bitmap, (value) => found(key * 2 ** 32 + value));
  }
}
function decoded(at2, text2) {
  try {
    return decodeZ85(text2);
  } catch (cause) {
    throw damaged(at2, cause instanceof Error ? cause.message : String(cause), cause);
  }
}
function damaged(at2, what, cause) {
  return new PlayheadError({
    code: "DELTA_CORRUPT_LOG",
    at: at2,
    message: `the deletion vector cannot be read: ${what}`,
    cause
  });
}

// src/delta/folder.ts
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
var codeOf = (error) => error instanceof Error && "code" in error ? error.code : void 0;
async function makeFolder(path) {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === "EEXIST" && (await stat(path)).isDirectory()) return;
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch((cause) => {
      if (codeOf(cause) === "EEXIST") return;
      throw new PlayheadError({ code: "DATA_NOT_WRITABLE", at: path, message: "no folder can be made here", cause });
    });
  }
}

// src/delta/properties.ts
var truth2 = (value) => /^(true|false)$/.test(value) ? void 0 : "must be true or false";
var duration = (value) => durationMs(value) === void 0 ? 'must be an interval such as "interval 7 days"' : void 0;
var wholeNumber2 = (least) => (value) => /^-?\d{1,9}$/.test(value) && Number(value) >= least ? void 0 : `must be a whole number from ${least} on`;
var columns = (value, { schema }) => {
  const unknown = value.split(",").map((name) => name.trim()).find((name) => fieldsOn(name.split("."), schema).length === 0);
  return unknown === void 0 ? void 0 : `names a column "${unknown}" that the table has not`;
};
var honoured = {
  "delta.appendOnly": truth2,
  "delta.checkpointInterval": wholeNumber2(1),
  "delta.deletedFileRetentionDuration": duration,
  "delta.logRetentionDuration": duration,
  "delta.enableExpiredLogCleanup": truth2,
  "delta.dataSkippingNumIndexedCols": wholeNumber2(-1),
  "delta.dataSkippingStatsColumns": columns
};
function indexedColumns({ metaData: metaData2, schema }) {
  const named = metaData2.configuration["delta.dataSkippingStatsColumns"];
  if (typeof named === "string") {
    const tops = new Set(named.split(",").map((name) => name.trim().split(".")[0]));
    return (name) => tops.has(name);
  }
  const limit = Number(metaData2.configuration["delta.dataSkippingNumIndexedCols"] ?? -1);
  if (!Number.isInteger(limit) || limit < 0) return () => true;
  const first = new Set(schema.fields.slice(0, limit).map(({ name }) => name));
  return (name) => first.has(name);
}

// src/delta/predicate.ts
function answersTo(predicate, columns2) {
  switch (predicate.op) {
    case "and":
      return every(predicate.of.map((part) => answersTo(part, columns2)));
    case "or":
      return some(predicate.of.map((part) => answersTo(part, columns2)));
    case "not":
      return swapped(answersTo(predicate.of, columns2));
    case "in":
      return some(predicate.values.map((value) => columns2.compare(predicate.column, "=", value)));
    case "is null":
      return columns2.isNull(predicate.column);
    case "is not null":
      return swapped(columns2.isNull(predicate.column));
    default:
      return columns2.compare(predicate.column, predicate.op, predicate.value);
  }
}
var swapped = ({ isTrue, isFalse }) => ({ isTrue: isFalse, isFalse: isTrue });
var every = (parts) => ({
  isTrue: parts.every((part) => part.isTrue),
  isFalse: parts.some((part) => part.isFalse)
});
var some = (parts) => ({
  isTrue: parts.some((part) => part.isTrue),
  isFalse: parts.every((part) => part.isFalse)
});
var opposite = {
  "=": "<>",
  "<>": "=",
  "<": ">=",
  ">=": "<",
  ">": "<=",
  "<=": ">"
};

// src/delta/skipping-values.ts
function kindOf(type) {
  if (typeof type !== "string") return void 0;
  return kinds[type] ?? (type.startsWith("decimal") ? "decimal" : void 0);
}
var kinds = {
  byte: "integer",
  short: "integer",
  integer: "integer",
  long: "integer",
  float: "float",
  double: "double",
  date: "date",
  timestamp: "instant",
  timestamp_ntz: "clock",
  boolean: "boolean",
  string: "text"
};
function comparePoints(a, b) {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
function pointOfValue(kind, value) {
  switch (kind) {
    case "integer":
    case "decimal":
      if (typeof value === "number" && significantDigits(String(value)) > exactDigitsOfDouble) return void 0;
      return typeof value === "number" || typeof value === "bigint" || typeof value === "string" ? exactPoint(String(value)) : void 0;
    case "float":
    case "double":
      if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : void 0;
      return typeof value === "number" || typeof value === "string" ? doublePoint(value) : void 0;
    case "date":
    case "instant":
    case "clock":
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? void 0 : BigInt(value.getTime()) * 1000n;
      return typeof value === "string" ? instantPoint(value) : void 0;
    case "boolean":
      return booleanPoint(value);
    case "text":
      return typeof value === "string" ? value : void 0;
  }
}
function pointOfPartition(kind, text2) {
  switch (kind) {
    case "integer":
    case "decimal":
      return exactPoint(text2);
    case "float":
    case "double":
      return doublePoint(text2);
    case "date":
    case "instant":
    case "clock":
      return instantPoint(text2);
    case "boolean":
      return booleanPoint(text2);
    case "text":
      return text2;
  }
}
function pointOfStatistic(kind, value) {
  switch (kind) {
    case "integer":
    case "decimal":
      return typeof value === "number" || typeof value === "string" ? exactPoint(String(value)) : void 0;
    case "float":
    case "double":
      return typeof value === "number" || typeof value === "string" ? doublePoint(value) : void 0;
    case "instant":
      return typeof value === "string" && namesItsZone.test(value) ? instantPoint(value) : void 0;
    case "date":
    case "clock":
      return typeof value === "string" ? instantPoint(value) : void 0;
    case "boolean":
      return booleanPoint(value);
    case "text":
      return typeof value === "string" ? value : void 0;
  }
}
var exactDigitsOfDouble = 15;
var exactScale = 40;
var powers = Array.from({ length: exactScale + 1 }, (_, i) => 10n ** BigInt(i));
var powerOfTen = (exponent) => powers[exponent] ?? 10n ** BigInt(exponent);
var decimalText2 = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
function exactPoint(text2) {
  const found = decimalText2.exec(text2.trim());
  if (found === null) return void 0;
  const [, sign, whole = "", fraction = "", exponent = "0"] = found;
  const shift = exactScale - fraction.length + Number(exponent);
  const digits2 = BigInt(`${whole}${fraction}`);
  const scaled = shift >= 0 ? digits2 * powerOfTen(shift) : digits2 / powerOfTen(-shift);
  if (shift < 0 && scaled * powerOfTen(-shift) !== digits2) return void 0;
  return sign === "-" ? -scaled : scaled;
}
function significantDigits(text2) {
  const digits2 = text2.replace(/[eE].*$/, "").replace(/[^\d]/g, "");
  return digits2.replace(/^0+/, "").replace(/0+$/, "").length;
}
var doubleText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?Infinity$/;
function doublePoint(value) {
  if (typeof value === "string" && !doubleText.test(value)) return void 0;
  const number = Number(value);
  return Number.isNaN(number) ? void 0 : number;
}
function booleanPoint(value) {
  if (value === true || value === "true") return 1n;
  return value === false || value === "false" ? 0n : void 0;
}
var instantText = /^([+-]?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/;
var namesItsZone = /\d\d:\d\d.*(?:Z|[+-]\d\d(?::?\d\d)?)$/;
function instantPoint(text2) {
  const found = instantText.exec(text2);
  if (found === null) return void 0;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", offset] = found;
  const date = /* @__PURE__ */ new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return void 0;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second) - offsetSeconds(offset);
  return BigInt(date.getTime() + seconds * 1e3) * 1000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}
function offsetSeconds(offset) {
  if (offset === void 0 || offset === "Z") return 0;
  const [hours, minutes] = [offset.slice(1, 3), offset.slice(3).replace(":", "") || "0"];
  return (Number(hours) * 60 + Number(minutes)) * 60 * (offset.startsWith("-") ? -1 : 1);
}

// src/delta/stats.ts
function writeStats(numRecords, columns2) {
  const pick = (value) => Object.fromEntries(Object.entries(columns2).map(([name, stats]) => [name, value(stats)]));
  return writeExactJson({
    numRecords,
    minValues: pick((c) => c.min),
    maxValues: pick((c) => c.max),
    nullCount: pick((c) => c.nullCount)
  });
}
var cache = /* @__PURE__ */ new WeakMap();
var none2 = { numRecords: void 0, minValues: {}, maxValues: {}, nullCount: {} };
function readStats(file) {
  const known = cache.get(file);
  if (known !== void 0) return known;
  const stats = file.stats === void 0 ? none2 : parseStats(file.stats);
  cache.set(file, stats);
  return stats;
}
function parseStats(text2) {
  let value;
  try {
    value = parseExactJson(text2);
  } catch {
    return none2;
  }
  const member = (name) => isObject3(value) ? value[name] : void 0;
  const object = (name) => {
    const found = member(name);
    return isObject3(found) ? found : {};
  };
  return {
    numRecords: recordCount(member("numRecords")),
    minValues: object("minValues"),
    maxValues: object("maxValues"),
    nullCount: object("nullCount")
  };
}
var recordCount = (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : void 0;
var isObject3 = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
var prefixLength = 32;
function cutMin(value) {
  return isShort(value) ? value : [...value].slice(0, prefixLength).join("");
}
function cutMax(value) {
  if (isShort(value)) return value;
  const characters = [...value];
  const next = characters[prefixLength] ?? "";
  const tie = (next.codePointAt(0) ?? 0) < 65535 ? "\uFFFF" : "\u{10FFFF}";
  return next === "\u{10FFFF}" ? void 0 : characters.slice(0, prefixLength).join("") + tie;
}
var isShort = (value) => value.length <= prefixLength || [...value].length <= prefixLength;
function rowCountOf(file) {
  const { numRecords } = readStats(file);
  return numRecords === void 0 ? void 0 : numRecords - (file.deletionVector?.cardinality ?? 0);
}

// src/delta/skipping.ts
var anything = {
  min: void 0,
  max: void 0,
  isMaxPrefix: false,
  mayHoldNan: true,
  mayHoldValues: true,
  mayHoldNulls: true
};
function mayMatch(file, predicate, schema) {
  const stats = readStats(file);
  const columns2 = /* @__PURE__ */ new Map();
  const known = (path) => {
    const names = typeof path === "string" ? [path] : path;
    const key = JSON.stringify(names);
    const column2 = columns2.get(key) ?? knownColumn(file.partitionValues, stats, names, schema);
    columns2.set(key, column2);
    return column2;
  };
  const answers = answersTo(predicate, {
    isNull(path) {
      const { range } = known(path);
      return { isTrue: range.mayHoldNulls, isFalse: range.mayHoldValues };
    },
    compare(path, op, value) {
      if (value === null) return { isTrue: false, isFalse: false };
      const { kind, range } = known(path);
      const point = kind === void 0 ? void 0 : pointOfValue(kind, value);
      return {
        isTrue: range.mayHoldValues && mayCompare(range, op, point),
        isFalse: range.mayHoldValues && mayCompare(range, opposite[op], point)
      };
    }
  });
  return answers.isTrue;
}
function mayCompare(range, op, point) {
  if (point === void 0) return true;
  const { min, max, isMaxPrefix, mayHoldNan } = range;
  const low = min === void 0 ? -1 : comparePoints(min, point);
  const high = max === void 0 || isMaxPrefix && typeof max === "string" && String(point).startsWith(max) ? 1 : comparePoints(max, point);
  switch (op) {
    case "=":
      return low <= 0 && high >= 0;
    case "<>":
      return mayHoldNan || low !== 0 || high !== 0;
    case "<":
      return low < 0;
    case "<=":
      return low <= 0;
    case ">":
      return mayHoldNan || high > 0;
    case ">=":
      return mayHoldNan || high >= 0;
  }
}
var unknownColumn = { kind: void 0, range: anything };
function knownColumn(partitionValues, stats, names, schema) {
  const fields = fieldsOn(names, schema);
  const field2 = fields.at(-1);
  if (field2 === void 0) return unknownColumn;
  const path = fields.map(physicalName);
  const kind = kindOf(field2.type);
  const [first = ""] = path;
  const isPartition = fields.length === 1 && Object.hasOwn(partitionValues, first);
  const range = isPartition ? partitionRange(kind, partitionValues[first] ?? null) : statisticsRange(kindInFile(kind, field2), decimalPlaces(field2), stats, path);
  return { kind, range };
}
function partitionRange(kind, text2) {
  if (text2 === null || text2 === "") return { ...anything, mayHoldValues: false };
  const point = kind === void 0 ? void 0 : pointOfPartition(kind, text2);
  if (kind === void 0 || point === void 0) return { ...anything, mayHoldNulls: false };
  const [min, max] = kind === "float" ? [belowFloat(point), aboveFloat(point)] : [point, point];
  return { ...anything, min, max, mayHoldNan: false, mayHoldNulls: false };
}
function statisticsRange(kind, scale, stats, path) {
  const { numRecords } = stats;
  const nulls = countOf(memberAt(stats.nullCount, path));
  const isCounted = nulls !== void 0 && numRecords !== void 0 && nulls <= numRecords;
  const nullness = {
    // These two hold with wide bounds too; any other count says nothing (Delta, "Per-file Statistics", tightBounds).
    mayHoldNulls: !(isCounted && nulls === 0),
    mayHoldValues: !(isCounted && nulls === numRecords && numRecords > 0)
  };
  if (kind === void 0) return { ...anything, ...nullness };
  const writtenMin = pointOfStatistic(kind, memberAt(stats.minValues, path));
  const writtenMax = pointOfStatistic(kind, memberAt(stats.maxValues, path));
  const min = lowest(kind, scale, writtenMin);
  const max = highest(kind, scale, writtenMax);
  const areOdd = min !== void 0 && max !== void 0 && comparePoints(min, max) > 0;
  return {
    ...nullness,
    min: areOdd ? void 0 : min,
    max: areOdd ? void 0 : max,
    isMaxPrefix: kind === "text" && isCut(writtenMax),
    mayHoldNan: kind === "float" || kind === "double"
  };
}
function lowest(kind, scale, point) {
  switch (kind) {
    case "decimal":
      return typeof point === "bigint" ? point - lostDigits(point, scale) : point;
    case "float":
      return belowFloat(point);
    case "instant":
    case "clock":
      return typeof point === "bigint" && point <= 0n ? point - millisecond : point;
    case "text":
      return isCut(point) ? withoutHalfCharacter(point) : point;
    default:
      return point;
  }
}
function highest(kind, scale, point) {
  switch (kind) {
    case "decimal":
      return typeof point === "bigint" ? point + lostDigits(point, scale) : point;
    case "float":
      return aboveFloat(point);
    case "instant":
    case "clock":
      return typeof point === "bigint" ? point + millisecond : point;
    case "text":
      return isCut(point) ? withoutHalfCharacter(point) : point;
    default:
      return point;
  }
}
var millisecond = 1000n;
var cutBytesMin = 32;
var isCut = (point) => typeof point === "string" && Buffer.byteLength(point) >= cutBytesMin;
var withoutHalfCharacter = (text2) => text2.replace(/[\ufffd\ud800-\udbff]+$/, "");
var floatStep = 2 ** -23;
var leastFloat = 2 ** -149;
var belowFloat = (point) => typeof point === "number" ? point - Math.abs(point) * floatStep - leastFloat : point;
var aboveFloat = (point) => typeof point === "number" ? point + Math.abs(point) * floatStep + leastFloat : point;
function lostDigits(point, scale) {
  const size2 = point < 0n ? -point : point;
  const unit = powerOfTen(exactScale - scale);
  const digits2 = String(size2).replace(/0+$/, "").length;
  return size2 / unit < powerOfTen(exactDigitsOfDouble) || digits2 > 17 ? 0n : (size2 >> 51n) + unit;
}
function decimalPlaces({ type }) {
  const found = typeof type === "string" ? /^decimal\(\d+,\s*(\d+)\)$/.exec(type) : null;
  return Math.min(Number(found?.[1] ?? 0), exactScale);
}
function kindInFile(kind, { metadata }) {
  return kind === "double" && JSON.stringify(metadata["delta.typeChanges"] ?? "").includes('"float"') ? "float" : kind;
}
function memberAt(value, path) {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return void 0;
    found = Reflect.get(found, name);
  }
  return found;
}
function countOf(value) {
  const count2 = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof count2 === "number" && Number.isSafeInteger(count2) && count2 >= 0 ? count2 : void 0;
}

// src/delta/stage.ts
import { randomUUID as randomUUID2 } from "node:crypto";
function stageAppend(snapshot, at2, files, options) {
  return stage(snapshot, at2, { ...options, mode: "Append", files, removes: () => false, reads: "nothing" });
}
function stageOverwrite(snapshot, at2, files, options) {
  return stage(snapshot, at2, { ...options, mode: "Overwrite", files, removes: () => true, reads: "everything" });
}
function stageReplacePartitions(snapshot, at2, files, isReplaced, options) {
  const stray = files.find((file) => !isReplaced(file));
  if (stray !== void 0) {
    throw new PlayheadError({
      code: "DELTA_SCHEMA_MISMATCH",
      at: at2,
      message: `new rows lie outside the partitions to replace: ${JSON.stringify(stray.partitionValues)}`
    });
  }
  return stage(snapshot, at2, { ...options, mode: "Overwrite", files, removes: isReplaced, reads: isReplaced });
}
function stageMerge(snapshot, at2, files, replaced, reads, options) {
  return stage(snapshot, at2, { ...options, mode: "Append", files, removes: (file) => replaced.has(keyOf(file)), reads });
}
function stage(snapshot, at2, change) {
  const header = snapshot === void 0 ? createActions(at2, change) : metaDataChange(snapshot, at2, change);
  const removed = [...snapshot?.files.values() ?? []].filter(change.removes);
  if (removed.length > 0 && snapshot?.metaData.configuration["delta.appendOnly"] === "true") {
    throw new PlayheadError({
      code: "DELTA_UNSUPPORTED",
      at: at2,
      message: "the table is append-only (property delta.appendOnly): its rows cannot be removed or replaced"
    });
  }
  assertNotNull(schemaAfter(snapshot, at2, header), at2, change.files);
  const added = new Set(change.files.map((file) => keyOf(addOf(file, true))));
  const info = commitInfoOf({
    snapshot,
    nowMs: change.nowMs,
    operation: change.operation ?? "WRITE",
    operationParameters: change.operationParameters ?? { mode: change.mode },
    isBlindAppend: change.reads === "nothing" && removed.length === 0,
    metrics: {
      numFiles: String(change.files.length),
      ...outputRows(change.files),
      numOutputBytes: String(change.files.reduce((sum, file) => sum + file.sizeBytes, 0)),
      numRemovedFiles: String(removed.length)
    },
    userMetadata: change.userMetadata
  });
  const actions = [
    { commitInfo: info },
    ...header,
    ...change.progress === void 0 ? [] : [
      {
        txn: { appId: change.progress.appId, version: BigInt(change.progress.version), lastUpdated: change.nowMs }
      }
    ],
    ...removed.filter((file) => !added.has(keyOf(file))).map((file) => ({ remove: removeOf(file, change.nowMs, true) })),
    ...change.files.map((file) => ({ add: addOf(file, true) }))
  ];
  return { basis: snapshot?.version ?? -1, actions, reads: change.reads, progress: change.progress };
}
function outputRows(files) {
  const counts = files.map((file) => readStats(file).numRecords);
  if (counts.some((count2) => count2 === void 0)) return {};
  return { numOutputRows: String(counts.reduce((sum, count2) => sum + (count2 ?? 0), 0)) };
}
function schemaAfter(snapshot, at2, header) {
  const changed = header.find((action2) => action2.metaData !== void 0)?.metaData;
  if (changed !== void 0) return parseSchema(changed.schemaString, at2);
  return snapshot?.schema ?? { type: "struct", fields: [] };
}
function assertNotNull({ fields }, at2, files) {
  for (const { name } of fields.filter((field2) => !field2.nullable)) {
    for (const file of files) {
      const isPartition = Object.hasOwn(file.partitionValues, name);
      const nulls = isPartition ? Number(!file.partitionValues[name]) : readStats(file).nullCount[name];
      if (nulls === 0) continue;
      const message = `the column "${name}" must not be null; the rows ${typeof nulls === "number" ? `have ${nulls} nulls in it` : "do not tell whether they keep to it"}`;
      throw new PlayheadError({ code: "DELTA_SCHEMA_MISMATCH", at: at2, message });
    }
  }
}
function createActions(at2, { shape, nowMs }) {
  if (shape === void 0) {
    throw new PlayheadError({
      code: "DELTA_NOT_A_TABLE",
      at: at2,
      message: "there is no table to change, and no schema to create it with"
    });
  }
  const metaData2 = {
    id: randomUUID2(),
    name: void 0,
    description: shape.description,
    format: { provider: "parquet", options: {} },
    schemaString: JSON.stringify(shape.schema),
    partitionColumns: [...shape.partitionColumns],
    configuration: { ...shape.properties },
    createdTime: nowMs
  };
  return [{ protocol: ownProtocol }, { metaData: metaData2 }];
}
function metaDataChange({ metaData: metaData2, schema }, at2, { shape, mode, reads }) {
  if (shape === void 0) return [];
  const replacesAll = mode === "Overwrite" && reads === "everything";
  const isSamePartitioning = shape.partitionColumns.join("\0") === metaData2.partitionColumns.join("\0");
  if (replacesAll) {
    if (isSamePartitioning && typeText(shape.schema) === typeText(schema)) return [];
    const schemaString = JSON.stringify(shape.schema);
    return [{ metaData: { ...metaData2, schemaString, partitionColumns: [...shape.partitionColumns] } }];
  }
  if (!isSamePartitioning) {
    throw new PlayheadError({
      code: "DELTA_SCHEMA_MISMATCH",
      at: at2,
      message: `the table is partitioned by (${metaData2.partitionColumns.join(", ")}), the rows by (${shape.partitionColumns.join(", ")})`
    });
  }
  const merged = withNewColumns(schema, shape.schema, at2);
  return merged === schema ? [] : [{ metaData: { ...metaData2, schemaString: JSON.stringify(merged) } }];
}

// src/delta/store.ts
import { randomUUID as randomUUID3 } from "node:crypto";
import { link, open, readdir, readFile, rename, rm, stat as stat2 } from "node:fs/promises";
import { dirname as dirname2, join as join5 } from "node:path";
function createLocalStore(observe = () => {
}) {
  const writeTemporary = async (path, content) => {
    const temporary = join5(dirname2(path), `${temporaryPrefix}${randomUUID3()}.tmp`);
    await observe("beginning", path);
    try {
      await makeFolder(dirname2(path));
      const file = await open(temporary, "wx");
      try {
        await file.writeFile(content);
        await observe("written", path);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {
      });
      throw storageError(error, path);
    }
    await observe("synced", path);
    return temporary;
  };
  return {
    ...reading,
    async putIfAbsent(path, content) {
      const temporary = await writeTemporary(path, content);
      try {
        await link(temporary, path);
        await observe("named", path);
      } catch (error) {
        const code = codeOf2(error) ?? "";
        if (code === "EEXIST") return false;
        if (!withoutHardLinks.has(code)) throw storageError(error, path);
        throw new PlayheadError({
          code: "DATA_NOT_WRITABLE",
          at: path,
          message: "the file system has no hard links, and without them two writers could both win",
          hint: "put the data folder on a local disk (ext4, xfs, APFS, NTFS)",
          cause: error
        });
      } finally {
        await rm(temporary, { force: true });
      }
      await observe("tidied", path);
      await syncFolder(dirname2(path));
      return true;
    },
    async put(path, content) {
      const temporary = await writeTemporary(path, content);
      try {
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw storageError(error, path);
      }
      await observe("named", path);
      await syncFolder(dirname2(path));
    },
    async sync(paths) {
      const folders = new Set(paths.map((path) => dirname2(path)));
      await inParallel(paths, async (path) => {
        const file = await openFor(path, "r+");
        await file.sync().finally(() => file.close());
      });
      await inParallel([...folders], syncFolder);
    },
    remove: (path) => rm(path, { force: true })
  };
}
var withoutHardLinks = /* @__PURE__ */ new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);
var reading = {
  list: async (folder) => await whereThere(() => readdir(folder)) ?? [],
  async facts(path) {
    const found = await whereThere(() => stat2(path));
    if (found === void 0) return void 0;
    return {
      sizeBytes: found.size,
      modifiedMs: Math.floor(found.mtimeMs),
      identity: `${found.ino}:${found.mtimeMs}:${found.size}`
    };
  },
  read: (path) => whereThere(async () => new Uint8Array(await readFile(path))),
  async walk(folder, entersFolder) {
    const entries = await whereThere(() => readdir(folder, { withFileTypes: true })) ?? [];
    const found = await Promise.all(
      entries.map(async (entry) => {
        const path = join5(folder, entry.name);
        if (entry.isDirectory()) return entersFolder(entry.name) ? this.walk(path, entersFolder) : [];
        const facts2 = entry.isFile() ? await this.facts(path) : void 0;
        return facts2 === void 0 ? [] : [{ path, facts: facts2 }];
      })
    );
    return found.flat();
  }
};
var temporaryPrefix = ".playhead-";
async function openFor(path, flags) {
  try {
    return await open(path, flags);
  } catch (error) {
    throw storageError(error, path);
  }
}
async function syncFolder(folder) {
  const handle = await openFor(folder, "r");
  await handle.sync().finally(() => handle.close());
}
var openFilesMax = 32;
async function inParallel(items, work) {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.pop(); item !== void 0; item = rest.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(openFilesMax, items.length) }, worker));
}
async function whereThere(work) {
  try {
    return await work();
  } catch (error) {
    const code = codeOf2(error);
    if (code === "ENOENT" || code === "ENOTDIR") return void 0;
    throw error;
  }
}
function codeOf2(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : void 0;
}
function storageError(error, path) {
  switch (codeOf2(error)) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new PlayheadError({
        code: "DATA_NOT_WRITABLE",
        at: path,
        message: "no permission to write here",
        hint: "give this user the right to write the folder, or choose another one",
        cause: error
      });
    case "EEXIST":
    case "ENOTDIR":
      return new PlayheadError({
        code: "DATA_NOT_WRITABLE",
        at: path,
        message: "a file stands where a folder is needed",
        cause: error
      });
    case "ENOSPC":
    case "EDQUOT":
      return new PlayheadError({
        code: "DATA_DISK_FULL",
        at: path,
        message: "the disk is full; nothing was committed",
        hint: "free some space and run again",
        cause: error
      });
    default:
      return error;
  }
}
var localStore = createLocalStore();

// src/delta/table.ts
import { join as join6, resolve as resolve2 } from "node:path";
var keptSnapshotsMax = 6;
var DeltaTable = class {
  /** Absolute path of the table's folder. */
  path;
  log;
  store;
  #kept = /* @__PURE__ */ new Map();
  #newest;
  #refreshing;
  constructor(path, store = localStore) {
    this.path = resolve2(path);
    this.log = join6(this.path, "_delta_log");
    this.store = store;
  }
  /** The newest version, or undefined where there is no table yet. Cheap to ask again and again. */
  async version() {
    return (await this.newest())?.version;
  }
  /** The newest snapshot, or undefined where there is no table yet. */
  newest() {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = void 0;
    });
    return this.#refreshing;
  }
  /** The snapshot at a version (default: the newest). @throws DELTA_NOT_A_TABLE, DELTA_VERSION_NOT_FOUND and whatever the log's state deserves */
  async snapshot(version) {
    const kept = version === void 0 ? void 0 : this.#kept.get(version);
    if (kept !== void 0) return kept;
    if (version !== void 0) return this.#snapshotAtVersion(version);
    return await this.newest() ?? raise(notATable(this.path));
  }
  async #snapshotAtVersion(version) {
    let newest;
    try {
      newest = await this.newest();
      if (newest === void 0) throw notATable(this.path);
      if (version === newest.version) return newest;
      if (version > newest.version) throw this.#versionNotFound(version, newest.version);
    } catch (error) {
      if (!(isDamage(error) || isUnsupported(error)) || !await this.#hasCommit(version)) throw error;
    }
    const old = await this.#load(version);
    this.#keep(old);
    return old;
  }
  async #hasCommit(version) {
    return await this.store.facts(join6(this.log, commitFileName(version))) !== void 0;
  }
  /** The newest snapshot that was committed at or before an instant. @throws DELTA_VERSION_NOT_FOUND when the table is younger */
  async snapshotAt(instant2) {
    const listed = (await this.#list()).filter((file) => file.kind === "commit").map((file) => file.version);
    const versions = listed.sort((a, b) => a - b);
    if (versions.length === 0) throw notATable(this.path);
    const first = await this.#firstWithTimestamp();
    const best = await this.#lastByOwnTime(
      versions.filter((version) => version >= first),
      instant2.getTime()
    ) ?? await this.#lastByFileTime(
      versions.filter((version) => version < first),
      instant2.getTime()
    );
    if (best !== void 0) return this.snapshot(best);
    throw new PlayheadError({
      code: "DELTA_VERSION_NOT_FOUND",
      at: this.path,
      message: `the log knows no version as old as ${instant2.toISOString()}`
    });
  }
  /** Delta, "In-Commit Timestamps": from which version on commits carry their time; infinite where they do not. */
  async #firstWithTimestamp() {
    const newest = await this.newest();
    if (newest === void 0 || !hasInCommitTimestamps(newest)) return Number.POSITIVE_INFINITY;
    return Number(newest.metaData.configuration["delta.inCommitTimestampEnablementVersion"] ?? 0);
  }
  /** The last of some versions that is not younger, by the times in their commits, which only grow. */
  async #lastByOwnTime(versions, ms) {
    let [low, high] = [0, versions.length];
    while (low < high) {
      const middle = low + high >> 1;
      const { timestampMs } = await this.commit(versions[middle] ?? 0);
      if (timestampMs <= ms) low = middle + 1;
      else high = middle;
    }
    return versions[low - 1];
  }
  async #lastByFileTime(versions, ms) {
    let best;
    let earlier = 0;
    for (const version of versions) {
      const timestampMs = Math.max(earlier, await this.#timestampOf(version));
      if (timestampMs <= ms) best = version;
      earlier = timestampMs;
    }
    return best;
  }
  /** Commits `from`..`to`, both included. @throws DELTA_MISSING_COMMIT when one was cleaned up or lost */
  async commits(from, to) {
    const commits = [];
    for (let version = from; version <= to; version += 1) commits.push(await this.commit(version));
    return commits;
  }
  /** One commit. @throws DELTA_MISSING_COMMIT */
  async commit(version) {
    const actions = await this.#readCommit(version);
    if (actions === void 0) throw missingCommit(this.path, version);
    const info = actions.find((action2) => action2.commitInfo !== void 0)?.commitInfo;
    return { version, timestampMs: info?.inCommitTimestamp ?? await this.#timestampOf(version), actions, info };
  }
  /** The commits that the log still holds, newest first. */
  async history(limit = Number.POSITIVE_INFINITY) {
    const versions = (await this.#list()).filter((file) => file.kind === "commit").map((file) => file.version);
    if (versions.length === 0) throw notATable(this.path);
    const wanted = versions.sort((a, b) => b - a).slice(0, limit);
    return Promise.all(wanted.map((version) => this.commit(version)));
  }
  /** Tells the table of a commit that this process has just made, so that it need not be read back. */
  async adopt(version, actions) {
    const before = this.#newest?.snapshot;
    if (before?.version !== version - 1 && version !== 0) return this.snapshot(version);
    const replay = new Replay(this.path, version === 0 ? void 0 : before);
    replay.apply(actions, version);
    await this.#remember(replay.finish(version));
    return this.snapshot(version);
  }
  async #refresh() {
    const known = this.#newest;
    if (known === void 0 || !await this.#isStill(known)) {
      this.#kept.clear();
      this.#newest = void 0;
      const loaded = await this.#load();
      if (loaded !== void 0) await this.#remember(loaded);
      return loaded;
    }
    let version = known.snapshot.version;
    let next = await this.#readCommit(version + 1);
    if (next === void 0) return known.snapshot;
    const replay = new Replay(this.path, known.snapshot);
    while (next !== void 0) {
      version += 1;
      replay.apply(next, version);
      next = await this.#readCommit(version + 1);
    }
    const snapshot = replay.finish(version);
    await this.#remember(snapshot);
    return snapshot;
  }
  /** False when the folder was emptied or replaced since: then nothing that is remembered holds. */
  async #isStill(known) {
    return await this.#identityOf(known.snapshot.version) === known.identity;
  }
  async #identityOf(version) {
    return (await this.store.facts(join6(this.log, commitFileName(version))))?.identity ?? "cleaned up";
  }
  async #remember(snapshot) {
    this.#newest = { snapshot, identity: await this.#identityOf(snapshot.version) };
    this.#keep(snapshot);
  }
  #keep(snapshot) {
    this.#kept.delete(snapshot.version);
    this.#kept.set(snapshot.version, snapshot);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > keptSnapshotsMax && oldest !== void 0) this.#kept.delete(oldest);
  }
  async #list() {
    const names = await this.store.list(this.log);
    return names.map(parseLogName).filter((file) => file !== void 0);
  }
  async #load(version) {
    const files = await this.#list();
    const commits = files.filter((file) => file.kind === "commit").map((file) => file.version);
    const checkpoints = completeCheckpoints(files).filter((c) => version === void 0 || c.version <= version);
    const target = version ?? Math.max(-1, ...spread(commits), checkpoints[0]?.version ?? -1);
    if (target < 0) return version === void 0 ? void 0 : raise(notATable(this.path));
    let failure;
    for (const checkpoint of [...checkpoints, void 0]) {
      try {
        return await this.#replay(checkpoint, new Set(commits), target);
      } catch (error) {
        if (!isDamage(error)) throw error;
        failure ??= error;
      }
    }
    throw failure;
  }
  async #replay(from, commits, target) {
    const first = (from?.version ?? -1) + 1;
    for (let version = first; version <= target; version += 1) {
      if (!commits.has(version)) throw missingCommit(this.path, version);
    }
    const replay = new Replay(this.path);
    if (from !== void 0) replay.apply(await readCheckpoint(this.store, this.log, from), from.version);
    const batch = 64;
    for (let start = first; start <= target; start += batch) {
      const versions = Array.from({ length: Math.min(batch, target - start + 1) }, (_, i) => start + i);
      const read = await Promise.all(versions.map((version) => this.#readCommit(version)));
      read.forEach((actions, i) => {
        replay.apply(actions ?? raise(missingCommit(this.path, start + i)), start + i);
      });
    }
    return replay.finish(target);
  }
  async #readCommit(version) {
    const path = join6(this.log, commitFileName(version));
    const text2 = await readLogText(this.store, path);
    return text2 === void 0 ? void 0 : parseCommit(text2, path);
  }
  async #timestampOf(version) {
    return (await this.store.facts(join6(this.log, commitFileName(version))))?.modifiedMs ?? 0;
  }
  #versionNotFound(version, newest) {
    return new PlayheadError({
      code: "DELTA_VERSION_NOT_FOUND",
      at: this.path,
      message: `there is no version ${version}; the newest is ${newest}`
    });
  }
};
async function openTable(path, store = localStore) {
  const table = new DeltaTable(path, store);
  await table.snapshot();
  return table;
}
var isDamage = (error) => error instanceof PlayheadError && (error.code === "DELTA_CORRUPT_LOG" || error.code === "DELTA_MISSING_COMMIT");
var isUnsupported = (error) => error instanceof PlayheadError && error.code === "DELTA_UNSUPPORTED";
var spread = (versions) => versions.length === 0 ? [] : [versions.reduce((a, b) => Math.max(a, b))];
function raise(error) {
  throw error;
}
function notATable(path) {
  return new PlayheadError({
    code: "DELTA_NOT_A_TABLE",
    at: path,
    message: "the folder holds no Delta table (no commit in _delta_log)"
  });
}
function missingCommit(path, version) {
  return new PlayheadError({
    code: "DELTA_MISSING_COMMIT",
    at: `${path}/_delta_log/${commitFileName(version)}`,
    message: `version ${version} is missing in the log`
  });
}

// src/warehouse/catalog/catalog-lake.ts
import { z as z7 } from "zod";

// src/sql/fragment.ts
var isFragment = (value) => typeof value === "object" && value !== null && "parts" in value && Array.isArray(value.parts);
function sql(strings, ...values) {
  const parts = [];
  strings.forEach((text2, i) => {
    if (text2 !== "") parts.push({ kind: "text", text: text2 });
    if (i >= values.length) return;
    const value = values[i];
    if (isFragment(value)) parts.push(...value.parts);
    else parts.push({ kind: "parameter", value: value ?? null });
  });
  return { parts };
}
var ref = (...path) => ({ parts: [{ kind: "name", path }] });
var lit = (value) => ({ parts: [{ kind: "literal", value }] });
var raw = (text2) => ({ parts: [{ kind: "text", text: text2 }] });
function join7(fragments, separator = ", ") {
  return {
    parts: fragments.flatMap((f, i) => i === 0 ? f.parts : [{ kind: "text", text: separator }, ...f.parts])
  };
}
function compile(fragment, dialect) {
  const values = [];
  const render = (part) => {
    switch (part.kind) {
      case "text":
        return part.text;
      case "name":
        return part.path.map((name) => dialect.quoteName(name)).join(".");
      case "literal":
        return dialect.literal(part.value);
      case "parameter":
        values.push(part.value);
        return dialect.placeholder(values.length);
    }
  };
  const text2 = fragment.parts.map(render).join("");
  return { text: text2, values };
}

// src/sql/dialects/duckdb-reading.ts
var toDouble = (text2) => sql`try_cast(${text2} as DOUBLE)`;
var toBigint = (value) => sql`try_cast(${value} as BIGINT)`;
var finiteUs = (instant2) => sql`case when isfinite(${instant2}) then epoch_us(${instant2}) end`;
var duckdbReading = {
  // It knows the instant `infinity`, Spark does not.
  finiteUs,
  // Its casts take ISO texts, and nothing that Spark does not take.
  isoUs: (text2) => finiteUs(sql`try_cast(${text2} as TIMESTAMPTZ)`),
  // Spark's patterns are Java's.
  instantIn: (text2, pattern) => sql`cast(try_strptime(${text2}, ${lit(pattern)}) as TIMESTAMPTZ)`,
  // Spark's cast takes Java's number suffixes, too.
  double: toDouble,
  // A cast from double rounds here and cuts off in Spark.
  whole: (text2) => sql`coalesce(${toBigint(text2)}, ${toBigint(toDouble(text2))})`,
  nearestWhole: toBigint,
  // An error for what is no JSON, and another name for the type.
  jsonList: (text2) => sql`try(from_json(${text2}, ${lit('["VARCHAR"]')}))`,
  // Other names, and another lambda.
  pieces: (text2, separator) => sql`list_transform(string_split_regex(${text2}, ${lit(separator)}), lambda x: trim(x))`,
  // `startswith` there.
  startsWith: (text2, prefix) => sql`starts_with(${text2}, ${lit(prefix)})`,
  // `named_struct` there.
  struct: (fields) => sql`struct_pack(${join7(Object.entries(fields).map(([name, value]) => sql`${ref(name)} := ${value}`))})`,
  // It has a type for JSON, which Spark's function does not give.
  json: (value) => sql`cast(to_json(${value}) as VARCHAR)`,
  // Parsed once into the list of all wanted texts; Spark has VARIANT for it.
  openJson: (text2, paths) => sql`try(json_extract_string(${text2}, [${join7(paths.map((path) => lit(spelled(path))))}]))`,
  jsonAt: (opened, _paths, index) => sql`${opened}[${lit(index + 1)}]`,
  // Its own spelling is the one that ids have always been made from.
  spelledDouble: (value) => sql`cast(${value} as VARCHAR)`,
  spelledList: (value) => sql`cast(${value} as VARCHAR)`
};
function spelled(path) {
  const steps = path.map(
    (step2) => typeof step2 === "number" ? `[${step2}]` : `."${step2.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`
  );
  return `$${steps.join("")}`;
}

// src/sql/dialects/duckdb.ts
var types = {
  string: "VARCHAR",
  bigint: "BIGINT",
  integer: "INTEGER",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMPTZ",
  date: "DATE",
  string_list: "VARCHAR[]",
  double_pair_list: "STRUCT(from_s DOUBLE, to_s DOUBLE)[]"
};
function literal(value) {
  if (value === null) return "NULL";
  switch (typeof value) {
    case "string":
      return `'${value.replaceAll("'", "''")}'`;
    case "number":
      if (!Number.isFinite(value)) return `cast('${value}' as double)`;
      return Number.isInteger(value) ? String(value) : `${value}e0`;
    default:
      return String(value);
  }
}
var duckdb = {
  name: "duckdb",
  // Double quotes are names here and text in Spark.
  quoteName: (name) => `"${name.replaceAll('"', '""')}"`,
  // Backslashes are plain characters; a quote is doubled.
  literal,
  // Parameters go by position.
  placeholder: (position) => `$${position}`,
  // It keeps the rows of what is read twice, but a whole table of them is better made by a staged step.
  inlineHint: "not materialized ",
  // TIMESTAMPTZ, since a plain TIMESTAMP written to Parquet is one without time zone to Spark.
  type: (type) => types[type],
  epochUs: (instant2) => sql`epoch_us(${instant2})`,
  instantOfUs: (us) => sql`make_timestamptz(${us})`,
  // By way of the plain TIMESTAMP: the date of an instant would depend on the time zone of the session.
  dateOfUs: (us) => sql`cast(make_timestamp(${us}) as date)`,
  md5: (text2) => sql`md5(${text2})`,
  // Takes nulls and several values of any type. Another number than Spark's: keys never leave a pipeline.
  hash64: (values) => sql`hash(${join7(values)})`,
  tryCast: (value, type) => sql`try_cast(${value} as ${raw(types[type])})`,
  // IGNORE NULLS stands inside the call only.
  ignoringNulls: (name, argument, over) => sql`${raw(name)}(${argument} ignore nulls) over ${over}`,
  floorDiv: (a, b) => sql`cast(floor(${a} / ${b}) as bigint)`,
  // Rows are compared as structs, which each engine makes by a function of its own.
  lastBy: (value, order) => sql`max_by(${value}, case when ${value} is not null then ${duckdbReading.struct(order)} end)`,
  // No list at all is null here, and an empty one in Spark.
  listOf: (value) => sql`array_agg(${value})`,
  // Spark's min takes no count.
  smallest: (value, condition, count2) => sql`min(${value}, ${lit(count2)}) filter (where ${condition})`,
  // Lists become rows in FROM; Spark has LATERAL VIEW.
  unnest: (list, alias, column2) => sql`cross join unnest(${list}) as ${ref(alias)}(${ref(column2)})`,
  reading: duckdbReading,
  // Spark has no function for it.
  parseTree: (statement) => sql`cast(json_serialize_sql(cast(${statement} as varchar)) as varchar)`,
  // Gives no rows when it would have to count down.
  series: (from, to, alias, column2) => sql`cross join generate_series(${from}, ${to}) as ${ref(alias)}(${ref(column2)})`
};

// src/warehouse/lake.ts
function filterOf(partitions) {
  if (typeof partitions === "function") return partitions;
  return (values) => partitions.some((wanted) => Object.entries(wanted).every(([name, value]) => (values[name] ?? null) === value));
}

// src/warehouse/catalog/lease.ts
import { z as z5 } from "zod";

// src/warehouse/catalog/progress.ts
import { z as z4 } from "zod";
var rowSchema = z4.object({ app_id: z4.string(), table_name: z4.string(), version: z4.bigint(), row_count: z4.bigint() });

// src/warehouse/catalog/lease.ts
var rowSchema2 = z5.object({
  holder: z5.string().nullable(),
  told: z5.string().nullable(),
  until: z5.string().nullable()
});

// src/warehouse/catalog/scratch-schema.ts
import { z as z6 } from "zod";
var schemaRow = z6.object({ namespace: z6.string() }).or(z6.object({ databaseName: z6.string() }));

// src/warehouse/catalog/catalog-lake.ts
var versionSchema = z7.object({ version: z7.bigint() });
var countSchema = z7.object({ row_count: z7.bigint() });

// src/warehouse/read-files.ts
import { join as joinPath } from "node:path";

// src/warehouse/deleted-rows.ts
var rowsOfBlock = 256;
function deletedBlocks(files) {
  const values = files.flatMap(
    (rows, i) => [...bitsByBlock(rows)].map(([block, bits]) => raw(`(${i}, ${block}, '${bits.toString("base64")}')`))
  );
  const listed = values.length === 0 ? sql`(-1, -1, '')` : join7(values);
  return sql`(select playhead_file_number, block, cast(from_base64(text) as bit) as bits
    from (values ${listed}) as v(playhead_file_number, block, text))`;
}
function bitsByBlock(rows) {
  const blocks = /* @__PURE__ */ new Map();
  for (const row of rows) {
    const block = Math.floor(row / rowsOfBlock);
    const bits = blocks.get(block) ?? Buffer.alloc(rowsOfBlock / 8);
    blocks.set(block, bits);
    const place = row % rowsOfBlock;
    bits[place >> 3] = (bits[place >> 3] ?? 0) | 128 >> (place & 7);
  }
  return blocks;
}

// src/warehouse/read-files.ts
async function fileSet({ path, store }, files, { partitionBy, columns: columns2 }) {
  return { table: path, files, partitionBy, columns: columns2, deletions: await readDeletions(store, path, files) };
}
function lakeFile(table, file) {
  return {
    id: keyOf(file),
    path: locateFile(table, file.path),
    sizeBytes: file.size,
    partitionValues: partitionValuesOf(file),
    rowCount: rowCountOf(file)
  };
}
function partitionValuesOf(file) {
  return Object.fromEntries(
    Object.entries(file.partitionValues).map(([name, value]) => [name, value === "" ? null : value])
  );
}
function relationOf(set) {
  const { files, columns: columns2 } = set;
  if (files.length === 0) return sql`(${noRows(columns2)})`;
  const whole = files.filter((file) => file.deletionVector === void 0);
  if (whole.length === files.length) return sql`(${shownRows(set, filesWithPartitions(set))})`;
  const cut = { ...set, files: files.filter((file) => file.deletionVector !== void 0) };
  const left = shownRows(set, sql`${rowsWithPartitions(cut, withRowNumber)} where ${isNotDeleted}`);
  if (whole.length === 0) return sql`(${left})`;
  return sql`(${left} union all select * from ${relationOf({ ...set, files: whole })} as w)`;
}
function shownRows(set, rows) {
  const shown = set.columns.map((column2) => {
    const value = set.partitionBy.includes(column2.name) ? partitionValue(set, column2) : storedValue(column2);
    return sql`cast(${value} as ${column2.type}) as ${ref(column2.name)}`;
  });
  return sql`select ${join7(shown)} from ${rows}`;
}
function storedValue({ name, stored }) {
  return stored === void 0 ? sql`d.${ref(name)}` : stored.shown(sql`d.${ref(stored.name)}`);
}
function rowsByFile(set) {
  const named = join7([
    fileColumn,
    ...set.columns.map(({ name, type }) => sql`cast(${ref(name)} as ${type}) as ${ref(name)}`)
  ]);
  return sql`(select ${named} from ${dataRows(set, sql`hive_partitioning = false, filename = ${lit(fileColumnName)}`)} as d)`;
}
var noRows = (columns2) => sql`select ${join7(columns2.map(({ name, type }) => sql`cast(null as ${type}) as ${ref(name)}`))} where false`;
function isUniform({ files, columns: columns2, partitionBy }) {
  const names = columns2.map(({ name }) => name).filter((name) => !partitionBy.includes(name));
  return files.every((file) => {
    const { nullCount } = readStats(file);
    return file.path.includes(ownFilePrefix) && names.every((name) => name in nullCount);
  });
}
var ownFilePrefix = "playhead-";
function filesWithPartitions(set) {
  const { partitionBy } = set;
  if (partitionBy.length === 0) return sql`${dataRows(set, sql`hive_partitioning = false`)} as d`;
  if (isOneFile(set)) return sql`${dataRows(set, sql`hive_partitioning = false`)} as d`;
  if (areFolders(set)) {
    const types2 = partitionBy.map((name) => sql`${lit(name)}: ${lit(typeText2(set.columns, name))}`);
    return sql`${dataRows(set, sql`hive_partitioning = true, hive_types = {${join7(types2)}}`)} as d`;
  }
  return rowsWithPartitions(set, sql`filename = ${lit(fileColumnName)}`);
}
function rowsWithPartitions(set, options) {
  const { files, partitionBy, columns: columns2, deletions } = set;
  const values = files.map((file, i) => {
    const of = partitionValuesOf(file);
    const names = partitionBy.map((name) => columns2.find((column2) => column2.name === name)?.stored?.name ?? name);
    return sql`(${join7([lit(locateFile(set.table, file.path)), raw(String(i)), ...names.map((name) => lit(of[name] ?? null))])})`;
  });
  const texts3 = partitionBy.map((name) => sql`cast(${ref(name)} as varchar) as ${ref(name)}`);
  const named = join7([fileColumn, fileNumber, ...partitionBy.map((name) => ref(name))]);
  const known = sql`(select ${join7([fileColumn, fileNumber, ...texts3])} from (values ${join7(values)}) as v(${named}))`;
  const data = dataRows(set, sql`hive_partitioning = false, ${options}`);
  const rows = sql`${data} as d join ${known} as p using (${fileColumn})`;
  if (options !== withRowNumber) return rows;
  const blocks = deletedBlocks(files.map((file) => deletedRowsOf(file, deletions)));
  return sql`${rows} left join ${blocks} as x on x.${fileNumber} = p.${fileNumber} and x.block = d.file_row_number // ${raw(String(rowsOfBlock))}`;
}
function deletedRowsOf(file, deletions) {
  const rows = deletions.get(keyOf(file));
  if (rows === void 0) throw new Error(`the deleted rows of ${file.path} were not loaded`);
  return rows;
}
var isNotDeleted = sql`(x.bits is null or get_bit(x.bits, cast(d.file_row_number % ${raw(String(rowsOfBlock))} as integer)) = 0)`;
var fileColumnName = "playhead_file";
var fileColumn = ref(fileColumnName);
var fileNumber = ref("playhead_file_number");
var withRowNumber = sql`filename = ${lit(fileColumnName)}, file_row_number = true`;
function dataRows(set, options) {
  const { files, table, columns: columns2, partitionBy } = set;
  const list = sql`[${join7(files.map((file) => lit(escapeGlob(locateFile(table, file.path)))))}]`;
  if (isUniform(set)) return sql`read_parquet(${list}, ${options})`;
  const inFiles = columns2.filter(({ name }) => !partitionBy.includes(name));
  const read = hasBytes(inFiles) ? options : sql`${options}, binary_as_string = true`;
  const fields = inFiles.map(({ stored }) => fieldById(stored));
  if (inFiles.length > 0 && fields.every((field2) => field2 !== void 0)) {
    return sql`read_parquet(${list}, ${read}, schema = map {${join7(fields)}})`;
  }
  const declared = noRows(inFiles.map(({ name, type, stored }) => stored ?? { name, type }));
  return sql`(${declared} union all by name select * from read_parquet(${list}, ${read}, union_by_name = true))`;
}
var hasBytes = (columns2) => columns2.some(({ type }) => partsText(type).includes("BLOB"));
function fieldById(stored) {
  if (stored?.id === void 0) return void 0;
  const type = lit(partsText(stored.type));
  return sql`${raw(String(stored.id))}: {name: ${lit(stored.name)}, type: ${type}, default_value: null}`;
}
function partitionValue(set, { name, type, stored }) {
  const [only] = set.files;
  if (isOneFile(set) && only !== void 0 && only.deletionVector === void 0) {
    const value = lit(partitionValuesOf(only)[stored?.name ?? name] ?? null);
    return typeText2([{ name, type }], name) === "BLOB" ? sql`encode(${value})` : value;
  }
  if (set.files.every((file) => file.deletionVector === void 0) && areFolders(set)) return sql`d.${ref(name)}`;
  return typeText2([{ name, type }], name) === "BLOB" ? sql`encode(p.${ref(name)})` : sql`p.${ref(name)}`;
}
var isOneFile = (set) => set.files.length === 1;
var areFolders = (set) => set.columns.every(({ stored }) => stored === void 0) && set.files.every((file) => isInItsFolder(set, file));
function typeText2(columns2, name) {
  const type = columns2.find((column2) => column2.name === name)?.type;
  return type === void 0 ? "VARCHAR" : partsText(type);
}
var partsText = ({ parts }) => parts.map((part) => part.kind === "text" ? part.text : "").join("");
var hiveNull = "__HIVE_DEFAULT_PARTITION__";
function isInItsFolder({ table, partitionBy }, file) {
  const segments = locateFile(table, file.path).split("/").slice(0, -1);
  const expected = partitionBy.map((name) => `${name}=${file.partitionValues[name] || hiveNull}`);
  const prefix = joinPath(table).split("/");
  if (prefix.some((segment) => segment.includes("="))) return false;
  const found = segments.slice(prefix.length);
  return found.length === expected.length && found.every((segment, i) => decodeURIComponent(segment) === expected[i]);
}
var escapeGlob = (path) => path.replaceAll(/[[*?]/g, "[$&]");

// src/warehouse/table-spec.ts
var deltaTypes = {
  string: "string",
  bigint: "long",
  integer: "integer",
  double: "double",
  boolean: "boolean",
  timestamp: "timestamp",
  date: "date",
  string_list: { type: "array", elementType: "string", containsNull: true },
  double_pair_list: {
    type: "array",
    elementType: { type: "struct", fields: [column("from_s", "double"), column("to_s", "double")] },
    containsNull: true
  }
};
function shapeOf(spec, commentOf) {
  const fields = Object.entries(spec.columns).map(([name, type]) => column(name, deltaTypes[type], commentOf(name)));
  return { schema: { type: "struct", fields }, partitionColumns: spec.partitionBy };
}
function columnsOf(spec) {
  return Object.entries(spec.columns).map(([name, type]) => ({ name, type: raw(duckdb.type(type)) }));
}
function columnsIn({ schema, metaData: metaData2 }, spec) {
  const mapping = columnMappingOf(metaData2);
  if (mapping === "none") return columnsOf(spec);
  return columnsOf(spec).map((column2) => {
    const field2 = schema.fields.find(({ name }) => name === column2.name);
    return field2 === void 0 ? column2 : { ...column2, stored: storedColumn(field2, mapping) };
  });
}
function storedColumn(field2, mapping) {
  if (mapping === "none") return void 0;
  return {
    name: physicalName(field2),
    type: raw(duckdbType(physicalType(field2.type))),
    id: mapping === "id" ? columnId(field2) : void 0,
    shown: (value) => withLogicalNames(value, field2.type)
  };
}
function withLogicalNames(value, type, depth = 0) {
  if (typeof type === "string" || typeText(type) === typeText(physicalType(type))) return value;
  const item = ref(`x${depth}`);
  const renamed = (inner, innerType) => withLogicalNames(inner, innerType, depth + 1);
  switch (type.type) {
    case "struct": {
      const members = type.fields.map(
        (field2) => sql`${ref(field2.name)} := ${renamed(sql`(${value}).${ref(physicalName(field2))}`, field2.type)}`
      );
      return sql`case when ${value} is null then null else struct_pack(${join7(members)}) end`;
    }
    case "array":
      return sql`list_transform(${value}, lambda ${item}: ${renamed(item, type.elementType)})`;
    case "map": {
      const key = renamed(sql`${item}.key`, type.keyType);
      const held2 = renamed(sql`${item}.value`, type.valueType);
      return sql`map_from_entries(list_transform(map_entries(${value}), lambda ${item}: struct_pack(k := ${key}, v := ${held2})))`;
    }
  }
}
var primitives = {
  string: "VARCHAR",
  long: "BIGINT",
  integer: "INTEGER",
  short: "SMALLINT",
  byte: "TINYINT",
  float: "FLOAT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  binary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMPTZ",
  timestamp_ntz: "TIMESTAMP"
};
function duckdbType(type) {
  if (typeof type === "string") return primitives[type] ?? decimalType(type);
  switch (type.type) {
    case "struct": {
      const members = type.fields.map((field2) => `${duckdb.quoteName(field2.name)} ${duckdbType(field2.type)}`);
      return `STRUCT(${members.join(", ")})`;
    }
    case "array":
      return `${duckdbType(type.elementType)}[]`;
    case "map":
      return `MAP(${duckdbType(type.keyType)}, ${duckdbType(type.valueType)})`;
  }
}
function decimalType(type) {
  const digits2 = /^decimal(?:\((\d+),\s*(\d+)\))?$/.exec(type);
  return digits2 === null ? "VARCHAR" : `DECIMAL(${digits2[1] ?? 10},${digits2[2] ?? 0})`;
}

// src/warehouse/duckdb-engine.ts
import { existsSync } from "node:fs";
import { dirname as dirname3, join as join8 } from "node:path";

// src/warehouse/duckdb-library.ts
import { createRequire } from "node:module";
var library;
function duckdbLibrary() {
  const loaded = library ?? createRequire(import.meta.url)("@duckdb/node-api");
  library = loaded;
  return loaded;
}

// src/warehouse/duckdb-engine.ts
var DuckdbEngine = class _DuckdbEngine {
  dialect = duckdb;
  instance;
  #connection;
  #ownsInstance;
  constructor(instance, connection, ownsInstance) {
    this.instance = instance;
    this.#connection = connection;
    this.#ownsInstance = ownsInstance;
  }
  /** Opens an instance of its own, in memory. */
  static async open({ threads, memoryLimit, temporaryFolder } = {}) {
    const instance = await duckdbLibrary().DuckDBInstance.create(":memory:", {
      // What an extension is needed for must fail with a sentence, not with an attempt to reach the network.
      autoinstall_known_extensions: "false",
      ...threads === void 0 ? {} : { threads: String(threads) },
      ...memoryLimit === void 0 ? {} : { memory_limit: memoryLimit },
      ...temporaryFolder === void 0 ? {} : { temp_directory: temporaryFolder }
    });
    return new _DuckdbEngine(instance, await connectInUtc(instance), true);
  }
  /** An engine over an instance that someone else owns and closes. */
  static async over(instance) {
    return new _DuckdbEngine(instance, await connectInUtc(instance), false);
  }
  /** Another connection to the same instance. Closing it leaves the instance open. */
  connect() {
    return _DuckdbEngine.over(this.instance);
  }
  async run(statement) {
    const { text: text2, values } = compile(statement, duckdb);
    try {
      await this.#connection.run(text2, [...values]);
    } catch (cause) {
      throw await engineError(cause, text2);
    }
  }
  async query(statement) {
    const { text: text2, values } = compile(statement, duckdb);
    try {
      const reader = await this.#connection.runAndReadAll(text2, [...values]);
      return reader.getRowObjectsJS();
    } catch (cause) {
      throw await engineError(cause, text2);
    }
  }
  /**
   * The rows of a query in batches of some thousand, as they are asked for: memory does not grow with the result.
   * Leaving the loop early cancels the query. Nothing else may run on this connection meanwhile.
   */
  async *stream(statement) {
    const { text: text2, values } = compile(statement, duckdb);
    let isDone = false;
    try {
      const result = await this.#connection.stream(text2, [...values]);
      for await (const rows of result.yieldRowObjectJs()) yield rows;
      isDone = true;
    } catch (cause) {
      isDone = true;
      throw await engineError(cause, text2);
    } finally {
      if (!isDone) this.#connection.interrupt();
    }
  }
  /** Cancels the statement that runs on this connection; its promise is rejected with QUERY_CANCELLED. */
  interrupt() {
    this.#connection.interrupt();
  }
  async close() {
    this.#connection.closeSync();
    if (this.#ownsInstance) this.instance.closeSync();
  }
};
async function connectInUtc(instance) {
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  return connection;
}
async function engineError(cause, text2) {
  const message = cause instanceof Error ? cause.message : String(cause);
  const at2 = `SQL: ${text2.slice(0, 200)}`;
  if (/^INTERRUPT/i.test(message)) {
    return new PlayheadError({ code: "QUERY_CANCELLED", message: "the query was cancelled", at: at2, cause });
  }
  const missing2 = /No files found that match the pattern "(.+)"|Cannot open file "(.+)": No such file/.exec(message);
  const path = (missing2?.[1] ?? missing2?.[2])?.replaceAll(/\[([[*?])\]/g, "$1");
  const table = path === void 0 ? void 0 : deltaTableOf(path);
  if (path !== void 0 && table !== void 0) {
    return new PlayheadError({
      code: "DELTA_MISSING_FILE",
      at: path,
      message: `the data file that the log names does not exist (${await needOf(table, path)})`,
      hint: "restore it from a backup; vacuum may have deleted what an old version needs",
      cause
    });
  }
  return new PlayheadError({ code: "QUERY_INVALID", message, at: at2, cause });
}
function deltaTableOf(path) {
  const folder = dirname3(path);
  if (folder === path) return void 0;
  return existsSync(join8(folder, "_delta_log")) ? folder : deltaTableOf(folder);
}
async function needOf(folder, path) {
  try {
    const { version, files } = await (await openTable(folder)).snapshot();
    const isLive = [...files.values()].some((file) => locateFile(folder, file.path) === path);
    return isLive ? `version ${version} of the table needs it` : `version ${version} of the table does without it`;
  } catch {
    return "the log cannot be read";
  }
}

// src/warehouse/folder-lake.ts
import { rm as rm4 } from "node:fs/promises";
import { basename, join as joinPath3, relative as relative2, resolve as resolve3 } from "node:path";

// src/warehouse/lock-folder.ts
import { open as open2, readFile as readFile2, rename as rename2, rm as rm2, stat as stat3, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join as join9 } from "node:path";
import { z as z8 } from "zod";
var fileName = ".playhead-job.lock";
var touchIntervalMs = 1e4;
var silenceMsMax = 12e4;
var held = /* @__PURE__ */ new Set();
var holderSchema = z8.object({ pid: z8.int().positive(), host: z8.string(), since: z8.string() });
async function lockFolder(folder, now) {
  const path = join9(folder, fileName);
  const holder = JSON.stringify({ pid: process.pid, host: hostname(), since: now.toISOString() });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await createFile(path, holder)) return keepTouched(path);
    const text2 = await readFile2(path, "utf8").catch(() => void 0);
    const touchedMs = (await stat3(path).catch(() => void 0))?.mtimeMs;
    if (text2 === void 0 || touchedMs === void 0) continue;
    assertStale(path, text2, Date.now() - touchedMs);
    const discarded = `${path}.stale-${process.pid}`;
    await rename2(path, discarded).catch(() => void 0);
    await rm2(discarded, { force: true });
  }
  throw locked(path, "another job keeps taking it");
}
function keepTouched(path) {
  held.add(path);
  const timer = setInterval(() => {
    const now = /* @__PURE__ */ new Date();
    utimes(path, now, now).catch(() => void 0);
  }, touchIntervalMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    held.delete(path);
    await rm2(path, { force: true });
  };
}
async function createFile(path, content) {
  try {
    await makeFolder(join9(path, ".."));
    const file = await open2(path, "wx");
    await file.writeFile(content);
    await file.close();
    return true;
  } catch (cause) {
    if (errorCode(cause) === "EEXIST") return false;
    throw new PlayheadError({
      code: errorCode(cause) === "ENOSPC" ? "DATA_DISK_FULL" : "DATA_NOT_WRITABLE",
      at: path,
      message: `the data folder cannot be written (${errorCode(cause) ?? String(cause)})`,
      cause
    });
  }
}
function assertStale(path, text2, silentMs) {
  const isSilent = silentMs > silenceMsMax;
  const holder = holderSchema.safeParse(parseJson(text2));
  if (!holder.success) {
    if (isSilent) return;
    throw locked(path, "its lock was taken a moment ago");
  }
  const { pid, host, since } = holder.data;
  if (host !== hostname()) {
    if (isSilent) return;
    throw locked(path, `process ${pid} on ${host} holds it since ${since}`);
  }
  const isOurs = pid === process.pid;
  if (isOurs ? held.has(path) : isAlive(pid)) throw locked(path, `process ${pid} holds it since ${since}`);
}
function locked(path, why) {
  return new PlayheadError({
    code: "DATA_LOCKED",
    at: path,
    message: `another job is writing to this data folder: ${why}`,
    hint: "wait for it; if no job runs, delete the file"
  });
}
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
function parseJson(text2) {
  try {
    return JSON.parse(text2);
  } catch {
    return void 0;
  }
}
function errorCode(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : void 0;
}

// src/warehouse/merge.ts
import { randomUUID as randomUUID4 } from "node:crypto";
import { z as z9 } from "zod";
var countsSchema = z9.object({ row_count: z9.bigint(), key_count: z9.bigint(), null_count: z9.bigint() });
var indexSchema = z9.object({ i: z9.int() });
var rangeSchema = z9.object({ least: z9.string().nullable(), largest: z9.string().nullable() });
var fileSchema = z9.object({ path: z9.string() });
async function holdRows(engine2, spec, rows, key) {
  const held2 = ref(`merged_${randomUUID4().replaceAll("-", "")}`);
  const columns2 = join7(columnsOf(spec).map(({ name, type }) => sql`cast(${ref(name)} as ${type}) as ${ref(name)}`));
  await engine2.run(sql`create temporary table ${held2} as select ${columns2} from (${rows}) as r`);
  const drop = () => engine2.run(sql`drop table if exists ${held2}`);
  try {
    await assertUnique(engine2, spec, held2, key);
  } catch (error) {
    await drop();
    throw error;
  }
  const onPartitions = key.filter((name) => spec.partitionBy.includes(name));
  const inFiles = key.filter((name) => !spec.partitionBy.includes(name));
  return {
    rows: sql`select * from ${held2}`,
    drop,
    async filesWithKeys(path, snapshot) {
      const admits = await partitionFilter(engine2, held2, spec, snapshot, onPartitions);
      const range = await keyRange(engine2, held2, spec, inFiles);
      const candidates = [...snapshot.files.values()].filter(
        (file) => admits(file) && mayMatch(file, range, snapshot.schema)
      );
      const reads = onPartitions.length === 0 ? "everything" : admits;
      if (inFiles.length === 0 || candidates.length === 0) return { files: candidates, reads };
      const columnsOfKey = columnsOf(spec).filter(({ name }) => inFiles.includes(name));
      const set = { table: path, files: candidates, partitionBy: [], columns: columnsOfKey };
      const found = await engine2.query(sql`select distinct f.${ref(fileColumnName)} as path from ${rowsByFile(set)} as f
        where exists (select 1 from ${held2} as h where ${sameKey("h", "f", inFiles)})`);
      const paths = new Set(found.map((row) => fileSchema.parse(row).path));
      return { files: candidates.filter((file) => paths.has(locateFile(path, file.path))), reads };
    },
    async mergedInto(table, files) {
      const shape = { partitionBy: spec.partitionBy, columns: columnsOf(spec) };
      const kept = relationOf(await fileSet(table, files, shape));
      const names = join7(Object.keys(spec.columns).map((name) => ref(name)));
      return sql`select ${names} from ${kept} as k
        where not exists (select 1 from ${held2} as h where ${sameKey("h", "k", key)})
        union all select ${names} from ${held2}`;
    }
  };
}
var sameKey = (left, right, names) => join7(
  names.map((name) => sql`${ref(left)}.${ref(name)} = ${ref(right)}.${ref(name)}`),
  " and "
);
async function assertUnique(engine2, { name, columns: columns2 }, held2, key) {
  const unknown = key.find((column2) => !(column2 in columns2));
  if (unknown !== void 0 || key.length === 0) {
    throw new PlayheadError({
      code: "DELTA_AMBIGUOUS_KEY",
      at: name,
      message: unknown === void 0 ? "no key to merge by" : `there is no column "${unknown}" to merge by`
    });
  }
  const list = join7(key.map((column2) => ref(column2)));
  const isNull = join7(
    key.map((column2) => sql`${ref(column2)} is null`),
    " or "
  );
  const [row] = await engine2.query(sql`select cast(count(*) as bigint) as row_count,
    (select cast(count(*) as bigint) from (select distinct ${list} from ${held2}) as d) as key_count,
    cast(count(case when ${isNull} then 1 end) as bigint) as null_count from ${held2}`);
  const { row_count, key_count, null_count } = countsSchema.parse(row);
  if (row_count === key_count && null_count === 0n) return;
  const what = null_count > 0n ? `${null_count} rows without a key` : `${row_count - key_count} rows with a key of another`;
  throw new PlayheadError({
    code: "DELTA_AMBIGUOUS_KEY",
    at: name,
    message: `${what} (${key.join(", ")}); nothing was changed`,
    hint: "make the rows unique by their key first"
  });
}
async function partitionFilter(engine2, held2, spec, snapshot, names) {
  if (names.length === 0) return () => true;
  const textsOf = (file) => {
    const values = partitionValuesOf(file);
    return names.map((name) => values[name] ?? null);
  };
  const known = new Map([...snapshot.files.values()].map((file) => [JSON.stringify(textsOf(file)), textsOf(file)]));
  if (known.size === 0) return () => true;
  const partitions = [...known.values()];
  const rows = partitions.map((texts3, i) => sql`(${join7([lit(i), ...texts3.map((text2) => lit(text2))])})`);
  const number = ref("playhead_partition");
  const types2 = columnsOf(spec);
  const typed = names.map((name) => {
    const type = types2.find((column2) => column2.name === name)?.type ?? sql`varchar`;
    return sql`cast(cast(${ref(name)} as varchar) as ${type}) as ${ref(name)}`;
  });
  const listed = sql`(values ${join7(rows)}) as v(${join7([number, ...names.map((name) => ref(name))])})`;
  const found = await engine2.query(sql`select ${number} as i from (select ${number}, ${join7(typed)} from ${listed}) as p
    where exists (select 1 from ${held2} as h where ${sameKey("h", "p", names)})`);
  const wanted = new Set(found.map((row) => partitions[indexSchema.parse(row).i]).map((texts3) => JSON.stringify(texts3)));
  return (file) => {
    const texts3 = JSON.stringify(textsOf(file));
    return wanted.has(texts3) || !known.has(texts3);
  };
}
async function keyRange(engine2, held2, spec, names) {
  const bounds2 = await Promise.all(
    names.filter((name) => ["string", "bigint", "integer", "date"].includes(spec.columns[name] ?? "")).map(async (name) => {
      const [row] = await engine2.query(
        sql`select min(${ref(name)})::varchar as least, max(${ref(name)})::varchar as largest from ${held2}`
      );
      const { least, largest } = rangeSchema.parse(row);
      return [
        { op: ">=", column: name, value: least },
        { op: "<=", column: name, value: largest }
      ];
    })
  );
  return { op: "and", of: bounds2.flat() };
}

// src/warehouse/write-files.ts
import { randomUUID as randomUUID5 } from "node:crypto";
import { readdir as readdir2, rm as rm3 } from "node:fs/promises";
import { join as joinPath2, relative } from "node:path";
import { z as z10 } from "zod";
var openPartitionsMax = 2e3;
var statsRow = z10.object({
  filename: z10.string(),
  count: z10.bigint(),
  file_size_bytes: z10.bigint(),
  // A map of maps with some hundred entries a file: read by hand below, since a schema takes longer than the writing.
  column_statistics: z10.unknown(),
  partition_keys: z10.array(z10.object({ key: z10.string(), value: z10.string().nullable() })).nullable()
});
async function writeFiles(engine2, table, spec, rows, hasStats = () => true) {
  const prefix = `${ownFilePrefix}${randomUUID5()}`;
  try {
    await makeFolder(table);
  } catch (error) {
    throw storageError(error, table);
  }
  try {
    const written = z10.array(statsRow).parse(await engine2.query(copyStatement(table, spec, rows, prefix)));
    const kept = written.filter((row) => row.count > 0n);
    await Promise.all(written.filter((row) => row.count === 0n).map((row) => rm3(row.filename, { force: true })));
    const nowMs = Date.now();
    return {
      files: kept.map((row) => newFile(table, spec, row, nowMs, hasStats)),
      paths: kept.map((row) => row.filename),
      rowCount: kept.reduce((sum, row) => sum + Number(row.count), 0)
    };
  } catch (error) {
    await removeStarted(table, prefix);
    throw diskError(error, table);
  }
}
function copyStatement(table, spec, rows, prefix) {
  const columns2 = columnsOf(spec).map(({ name, type }) => sql`cast(${ref(name)} as ${type}) as ${ref(name)}`);
  const query = sql`select ${join7(columns2)} from (${rows}) as written_rows`;
  const shared = sql`format parquet, compression snappy, return_stats`;
  if (spec.partitionBy.length === 0) {
    return sql`copy (${query}) to ${lit(joinPath2(table, `${prefix}.parquet`))} (${shared})`;
  }
  const by = join7(spec.partitionBy.map((name) => ref(name)));
  return sql`copy (${query}) to ${lit(table)} (${shared}, partition_by (${by}), filename_pattern ${lit(`${prefix}-{uuid}`)}, append)`;
}
var prepareWrites = sql`set partitioned_write_max_open_files = ${lit(openPartitionsMax)}`;
function newFile(table, spec, row, modifiedMs, hasStats) {
  const partition = new Map(row.partition_keys?.map(({ key, value }) => [key, value]));
  const partitionValues = spec.partitionBy.map((name) => [
    name,
    partitionText2(spec.columns[name], partition.get(name) ?? null)
  ]);
  return {
    path: encodeLogPath(relative(table, row.filename)),
    partitionValues: Object.fromEntries(partitionValues),
    sizeBytes: Number(row.file_size_bytes),
    modifiedMs,
    stats: writeStats(Number(row.count), columnStats(spec, row, hasStats))
  };
}
function partitionText2(type, value) {
  if (value === null || value === "") return null;
  return type === "timestamp" ? value.replace(/[+-]00(?::00)?$/, "") : value;
}
function columnStats(spec, row, hasStats) {
  const reported = new Map([...mapEntries(row.column_statistics)]);
  const stats = {};
  for (const [name, type] of Object.entries(spec.columns)) {
    if (spec.partitionBy.includes(name) || !hasStats(name)) continue;
    const reportedFacts = reported.get(`"${name.replaceAll('"', '""')}"`);
    if (reportedFacts === void 0) {
      stats[name] = { nullCount: null };
      continue;
    }
    const found = facts(reportedFacts);
    stats[name] = { nullCount: Number(found.get("null_count") ?? 0), ...bounds(type, found) };
  }
  return stats;
}
function facts(value) {
  const found = /* @__PURE__ */ new Map();
  for (const [key, held2] of mapEntries(value)) if (typeof held2 === "string") found.set(key, held2);
  return found;
}
function* mapEntries(map) {
  if (!Array.isArray(map)) return;
  for (const entry of map) {
    if (typeof entry !== "object" || entry === null || !("key" in entry) || !("value" in entry)) continue;
    if (typeof entry.key === "string") yield [entry.key, entry.value];
  }
}
function bounds(type, found) {
  const [min, max] = [found.get("min"), found.get("max")];
  if (min === void 0 || max === void 0) return {};
  switch (type) {
    case "string":
      return { min: cutMin(min), max: cutMax(max) };
    case "bigint":
      return { min: BigInt(min), max: BigInt(max) };
    case "integer":
      return { min: Number(min), max: Number(max) };
    case "double":
      return doubleBounds(Number(min), Number(max), found.get("has_nan") === "true");
    case "date":
      return isPlainDate(min) && isPlainDate(max) ? { min, max } : {};
    case "timestamp":
      return timestampBounds(min, max);
    case "boolean":
    case "string_list":
    case "double_pair_list":
      return {};
  }
}
function doubleBounds(min, max, hasNan) {
  return hasNan || !Number.isFinite(min) || !Number.isFinite(max) ? {} : { min, max };
}
var isPlainDate = (text2) => /^\d{4}-\d{2}-\d{2}$/.test(text2);
var instant = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?\+00$/;
function timestampBounds(min, max) {
  const [low, high] = [milliseconds(min), milliseconds(max)];
  if (low === void 0 || high === void 0) return {};
  return { min: new Date(low.whole).toISOString(), max: new Date(high.whole + (high.hasRest ? 1 : 0)).toISOString() };
}
function milliseconds(text2) {
  const found = instant.exec(text2);
  if (found === null) return void 0;
  const micros = (found[3] ?? "").padEnd(6, "0");
  return { whole: Date.parse(`${found[1]}T${found[2]}.${micros.slice(0, 3)}Z`), hasRest: micros.slice(3) !== "000" };
}
async function removeStarted(table, prefix) {
  const names = await readdir2(table, { recursive: true }).catch(() => []);
  const ours = names.filter((name) => name.split("/").at(-1)?.startsWith(prefix));
  await Promise.all(
    ours.map(
      (name) => rm3(joinPath2(table, name), { force: true }).catch(() => {
      })
    )
  );
}
function diskError(error, table) {
  const message = error instanceof Error ? error.message : "";
  if (/permission denied|read-only file system/i.test(message)) {
    return new PlayheadError({
      code: "DATA_NOT_WRITABLE",
      at: table,
      message: "no permission to write here",
      cause: error
    });
  }
  if (/no space left|disk quota exceeded/i.test(message)) {
    return new PlayheadError({
      code: "DATA_DISK_FULL",
      at: table,
      message: "the disk is full; nothing was committed",
      hint: "free some space and run again",
      cause: error
    });
  }
  return error;
}

// src/warehouse/folder-lake.ts
var mergeAttemptsMax = 100;
var FolderLake = class _FolderLake {
  folder;
  place;
  engine;
  #tables;
  #comment;
  #now;
  constructor({ folder, engine: engine2, comment, now }, tables2 = /* @__PURE__ */ new Map()) {
    this.folder = resolve3(folder);
    this.place = folder;
    this.engine = engine2;
    this.#comment = comment ?? (() => void 0);
    this.#now = now ?? Date.now;
    this.#tables = tables2;
  }
  /** The same lake through another connection: what is known of the tables is shared. */
  using(engine2) {
    return new _FolderLake({ folder: this.folder, engine: engine2, comment: this.#comment, now: this.#now }, this.#tables);
  }
  /** The Delta table behind a name, for its log. */
  table(name) {
    const known = this.#tables.get(name) ?? new DeltaTable(joinPath3(this.folder, name));
    this.#tables.set(name, known);
    return known;
  }
  /** The newest version, or undefined where the table does not exist. One look at two files when nothing has changed. */
  async version(name) {
    return (await newestOrNone(this.table(name)))?.version;
  }
  /** The newest `txn` version that an application has committed to a table. */
  async txnVersion(name, appId) {
    const reached = (await newestOrNone(this.table(name)))?.txns.get(appId);
    return reached === void 0 ? void 0 : Number(reached);
  }
  /** False, too, where a commit in between is gone. */
  async onlyGrew(name, from, to) {
    try {
      const commits = await this.table(name).commits(from + 1, to);
      return !commits.some(({ actions }) => actions.some(({ remove: remove2 }) => remove2?.dataChange === true));
    } catch (error) {
      if (error instanceof PlayheadError && error.code === "DELTA_MISSING_COMMIT") return false;
      throw error;
    }
  }
  /** Takes the folder for one job of this machine or another. */
  async lock(now) {
    return { release: await lockFolder(this.folder, now) };
  }
  /** Temporary tables and views of the engine's connection. */
  async workspace() {
    return new TemporaryRelations(this.engine);
  }
  /** `(select ...)` over a table's rows, to stand in FROM; empty and typed where there are none or no table. */
  async read(spec, options = {}) {
    const table = this.table(spec.name);
    const { snapshot, files } = await this.#files(table, options);
    const columns2 = snapshot === void 0 ? columnsOf(spec) : columnsIn(snapshot, spec);
    return relationOf(await fileSet(table, files, { partitionBy: spec.partitionBy, columns: columns2 }));
  }
  /** The data files that `read` would read. */
  async files(name, options = {}) {
    const table = this.table(name);
    return (await this.#files(table, options)).files.map((file) => lakeFile(table.path, file));
  }
  /** Adds the rows of a query; creates the table where there is none. */
  append(spec, rows, options = {}) {
    return this.#write(spec, rows, options, stageAppend);
  }
  /** Replaces all rows by those of a query; creates the table where there is none. */
  overwrite(spec, rows, options = {}) {
    return this.#write(spec, rows, options, stageOverwrite);
  }
  /** Replaces the rows of some partitions. @throws DELTA_SCHEMA_MISMATCH when a row lies outside of them */
  replacePartitions(spec, rows, partitions, options = {}) {
    const picks = filterOf(partitions);
    const isReplaced = (file) => picks(partitionValuesOf(file));
    return this.#write(
      spec,
      rows,
      options,
      (snapshot, at2, files, change) => stageReplacePartitions(snapshot, at2, files, isReplaced, change)
    );
  }
  /**
   * Puts the rows of a query in the place of those with the same key, and adds the others (copy on write: only files that
   * hold one of the keys are written anew). Creates the table where there is none. Looks again when another writer changed
   * what it had looked at, so that merges of several processes come out as if they had run one after the other.
   * @throws DELTA_AMBIGUOUS_KEY when two rows have the same key or one has a null in it, DELTA_SCHEMA_MISMATCH when the
   *   table has a column that the rows lack, DELTA_CONFLICT when others were faster time and again
   */
  async merge(spec, rows, key, options = {}) {
    const held2 = await holdRows(this.engine, spec, rows, key);
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#mergeOnce(spec, held2, { operation: "MERGE", ...options });
        } catch (error) {
          if (!isConflict(error) || attempt === mergeAttemptsMax) throw error;
        }
      }
    } finally {
      await held2.drop();
    }
  }
  async #mergeOnce(spec, held2, options) {
    const table = this.table(spec.name);
    const snapshot = await newestOrNone(table);
    if (snapshot === void 0) {
      return this.#write(
        spec,
        held2.rows,
        options,
        (_, at2, files, change) => stageAppend(void 0, at2, files, change),
        {
          snapshot
        }
      );
    }
    assertWritable(snapshot, table.path);
    assertKeepsColumns(table.path, snapshot, spec);
    const { files: hit, reads } = await held2.filesWithKeys(table.path, snapshot);
    const replaced = new Set(hit.map(keyOf));
    const stage2 = (_, at2, files, change) => stageMerge(snapshot, at2, files, replaced, reads, change);
    return this.#write(spec, await held2.mergedInto(table, hit), options, stage2, { snapshot });
  }
  async #files(table, options) {
    const { version, addedAfter, partitions, where } = options;
    const snapshot = version === void 0 ? await newestOrNone(table) : await snapshotOrNone(table, version);
    if (snapshot === void 0) return { snapshot, files: [] };
    const all = addedAfter === void 0 || addedAfter < 0 ? [...snapshot.files.values()] : [...(await changesBetween(table, addedAfter, snapshot.version)).added];
    const files = where === void 0 ? all : all.filter((file) => mayMatch(file, where, snapshot.schema));
    if (partitions === void 0) return { snapshot, files };
    const picks = filterOf(partitions);
    return { snapshot, files: files.filter((file) => picks(partitionValuesOf(file))) };
  }
  /** @param basis what the rows were worked out on; default: the newest snapshot */
  async #write(spec, rows, { operation, txn: txn2 }, stage2, basis) {
    const table = this.table(spec.name);
    const { snapshot } = basis ?? { snapshot: await newestOrNone(table) };
    const reached = txn2 === void 0 ? void 0 : snapshot?.txns.get(txn2.appId);
    if (snapshot !== void 0 && txn2 !== void 0 && reached !== void 0 && reached >= BigInt(txn2.version)) {
      return { version: snapshot.version, rowCount: 0, wasMade: true };
    }
    if (snapshot !== void 0) assertWritable(snapshot, table.path);
    const shape = shapeOf(spec, this.#comment);
    await this.engine.run(prepareWrites);
    const hasStats = snapshot === void 0 ? void 0 : indexedColumns(snapshot);
    const written = await writeFiles(this.engine, table.path, spec, rows, hasStats);
    try {
      await table.store.sync(written.paths);
      const options = { shape, progress: txn2, nowMs: this.#now(), ...operation === void 0 ? {} : { operation } };
      const made = (basis2) => commit(table, stage2(basis2, table.path, written.files, options));
      const { version, wasMade, checkpointFailure } = await made(snapshot).catch(async (error) => {
        if (snapshot !== void 0 || stage2 !== stageAppend || !isConflict(error)) throw error;
        return made(await newestOrNone(table));
      });
      if (wasMade) await removeAll(written.paths);
      return {
        version,
        rowCount: wasMade ? 0 : written.rowCount,
        wasMade,
        ...checkpointFailure === void 0 ? {} : { checkpointFailure }
      };
    } catch (error) {
      if (!await mayBeCommitted(table, written.files)) await removeAll(written.paths);
      throw error;
    }
  }
};
var TemporaryRelations = class {
  #engine;
  #made = /* @__PURE__ */ new Map();
  constructor(engine2) {
    this.#engine = engine2;
  }
  async keep(name, query) {
    await this.#engine.run(sql`create or replace temporary table ${ref(name)} as ${query}`);
    this.#made.set(name, "table");
  }
  async view(name, query) {
    await this.#engine.run(sql`create or replace temporary view ${ref(name)} as ${query}`);
    this.#made.set(name, "view");
  }
  async drop(name) {
    const kind = this.#made.get(name);
    if (kind === void 0) return;
    await this.#engine.run(sql`drop ${raw(kind)} if exists ${ref(name)}`);
    this.#made.delete(name);
  }
  async close() {
    for (const name of [...this.#made.keys()]) await this.drop(name);
  }
};
var openLake = (options) => new FolderLake(options);
async function newestOrNone(table) {
  const snapshot = await table.newest();
  if (snapshot !== void 0) return snapshot;
  const found = await table.store.walk(table.path, () => true);
  const foreign = found.find(({ path }) => !isOwnOrHidden(basename(path)));
  if (foreign === void 0) return void 0;
  const meanwhile = await table.newest();
  if (meanwhile !== void 0) return meanwhile;
  throw new PlayheadError({
    code: "DELTA_NOT_A_TABLE",
    at: table.path,
    message: `the folder holds files and no Delta log (${relative2(table.path, foreign.path)})`,
    hint: "move the files away, or name another data folder"
  });
}
var isOwnOrHidden = (name) => name.startsWith(ownFilePrefix) || name.startsWith(".");
async function snapshotOrNone(table, version) {
  return version < 0 ? void 0 : table.snapshot(version);
}
function assertKeepsColumns(at2, { schema }, { name, columns: columns2 }) {
  const lost = schema.fields.find((field2) => !Object.hasOwn(columns2, field2.name));
  if (lost === void 0) return;
  throw new PlayheadError({
    code: "DELTA_SCHEMA_MISMATCH",
    at: at2,
    message: `the table has a column "${lost.name}" that the rows to merge into "${name}" lack; it would be lost`
  });
}
var isConflict = (error) => error instanceof PlayheadError && error.code === "DELTA_CONFLICT";
async function mayBeCommitted(table, files) {
  try {
    const live = new Set([...(await table.newest())?.files.values() ?? []].map((file) => file.path));
    return files.some((file) => live.has(file.path));
  } catch {
    return true;
  }
}
async function removeAll(paths) {
  await Promise.all(paths.map((path) => rm4(path, { force: true })));
}

// src/warehouse/optimize.ts
var targetDefault = 128 * 1024 * 1024;

// src/warehouse/reading-session.ts
import { z as z11 } from "zod";
var serialized = z11.discriminatedUnion("error", [
  z11.object({ error: z11.literal(false), statements: z11.array(z11.unknown()) }),
  z11.object({ error: z11.literal(true), error_type: z11.string(), error_message: z11.string().default("") })
]);

// src/warehouse/spark/client.ts
var nobody = { Authorization: `Basic ${Buffer.from("playhead:none").toString("base64")}` };

// src/warehouse/spark/spark-engine.ts
var neverAborted = new AbortController().signal;

// src/metrics/metric.ts
var metric = (title, unit, rule, says) => ({ title, unit, rule, says });

// src/metrics/events.ts
var eventMetrics = {
  reported_event_count: metric(
    "Events as reported",
    "count",
    "DESIGN 5",
    "Player events as they arrived, copies included."
  ),
  event_copy_count: metric(
    "Copies of events",
    "count",
    "DESIGN 4.1.1",
    "Events whose id had been seen before: reported events less different ones."
  ),
  event_copy_rate: metric("Share of copies", "ratio", "DESIGN 7", "Copies as a share of the reported events."),
  event_users: metric(
    "Users with events",
    "count",
    "DESIGN 3",
    "Different users that any event names, page views too."
  ),
  error_event_count: metric(
    "Errors",
    "count",
    "DESIGN 3",
    "Events in which the player reported an error, copies included."
  ),
  missing_position_count: metric(
    "Events without position",
    "count",
    "DESIGN 7",
    "Events of a video, copies included, that do not say where the playhead was."
  ),
  alert_count: metric("Alerts", "count", "DESIGN 7", "Incidents that an alert rule opened."),
  active_alert_count: metric("Active alerts", "count", "DESIGN 7", "Alerts that are open or acknowledged."),
  acknowledged_alert_count: metric(
    "Acknowledged alerts",
    "count",
    "DESIGN 7",
    "Active alerts that somebody said to have seen."
  ),
  resolved_alert_count: metric("Resolved alerts", "count", "DESIGN 7", "Alerts whose cause is gone."),
  notification_count: metric(
    "Messages about alerts",
    "count",
    "DESIGN 7",
    "Messages written about incidents: one for each opening, repeat and resolution."
  )
};

// src/metrics/experiments.ts
var experimentMetrics = {
  exposed_viewers: metric(
    "Exposed viewers",
    "count",
    "DESIGN 4.5",
    "Users whose first variant of the experiment this was: any event that carries experiment and variant exposes, a page view too."
  ),
  mixed_viewers: metric(
    "Viewers of several variants",
    "count",
    "DESIGN 4.5",
    "Exposed viewers who saw another variant of the same experiment later; they stay with the first."
  ),
  control_variant: metric(
    "Control",
    "word",
    "DESIGN 4.5",
    "The variant that the others of the experiment are measured against."
  ),
  is_control: metric(
    "Is the control",
    "boolean",
    "DESIGN 4.5",
    "This variant is the one that the others are measured against."
  ),
  sample_ratio_p_value: metric(
    "Sample ratio p-value",
    "ratio",
    "DESIGN 4.5",
    "How likely numbers of viewers this far from the planned shares are by chance."
  ),
  sample_ratio_mismatch: metric(
    "Sample ratio mismatch",
    "boolean",
    "DESIGN 4.5",
    "The numbers of viewers do not fit the planned shares: the assignment went wrong, and no verdict is given."
  ),
  played_viewers: metric(
    "Exposed viewers who played",
    "count",
    "DESIGN 4.5",
    "Exposed viewers who played any video since they first saw the variant."
  ),
  shown_count: metric(
    "Videos shown to viewers",
    "count",
    "DESIGN 4.5",
    "Pairs of an exposed viewer and a video that a page showed since the viewer first saw the variant."
  ),
  played_shown_count: metric(
    "Shown videos that were played",
    "count",
    "DESIGN 4.5",
    "Those pairs in which the viewer played the video since then."
  ),
  exposed_play_rate: metric(
    "Play rate of exposed viewers",
    "ratio",
    "DESIGN 4.5",
    "Exposed viewers who played, as a share of all exposed viewers."
  ),
  exposed_play_rate_low: metric(
    "Play rate of exposed viewers, lower end",
    "ratio",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the play rate of exposed viewers."
  ),
  exposed_play_rate_high: metric(
    "Play rate of exposed viewers, upper end",
    "ratio",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the play rate of exposed viewers."
  ),
  exposed_play_rate_difference: metric(
    "Play rate of exposed viewers, difference",
    "ratio",
    "DESIGN 4.5",
    "The play rate of exposed viewers less that of the control."
  ),
  exposed_play_rate_difference_low: metric(
    "Play rate of exposed viewers, difference, lower end",
    "ratio",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the difference in play rate of exposed viewers."
  ),
  exposed_play_rate_difference_high: metric(
    "Play rate of exposed viewers, difference, upper end",
    "ratio",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the difference in play rate of exposed viewers."
  ),
  exposed_play_rate_p_value: metric(
    "Play rate of exposed viewers, p-value",
    "ratio",
    "DESIGN 4.5",
    "How often chance alone would show a difference in play rate of exposed viewers this large: two-proportion z-test, two-sided."
  ),
  exposed_play_rate_p_value_adjusted: metric(
    "Play rate of exposed viewers, adjusted p-value",
    "ratio",
    "DESIGN 4.5",
    "The p-value of the play rate of exposed viewers, corrected by Holm's method for the number of variants."
  ),
  exposed_play_rate_verdict: metric(
    "Play rate of exposed viewers, verdict",
    "word",
    "DESIGN 4.5",
    "better, worse or undecided: the play rate of exposed viewers beside that of the control; empty for the control."
  ),
  watch_time_per_viewer_s: metric(
    "Watch time per exposed viewer",
    "s",
    "DESIGN 4.5",
    "Watch time since the first exposure, divided by all exposed viewers, those who watched nothing included."
  ),
  watch_time_per_viewer_s_low: metric(
    "Watch time per exposed viewer, lower end",
    "s",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the watch time per exposed viewer."
  ),
  watch_time_per_viewer_s_high: metric(
    "Watch time per exposed viewer, upper end",
    "s",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the watch time per exposed viewer."
  ),
  watch_time_per_viewer_s_difference: metric(
    "Watch time per exposed viewer, difference",
    "s",
    "DESIGN 4.5",
    "The watch time per exposed viewer less that of the control."
  ),
  watch_time_per_viewer_s_difference_low: metric(
    "Watch time per exposed viewer, difference, lower end",
    "s",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the difference in watch time per exposed viewer."
  ),
  watch_time_per_viewer_s_difference_high: metric(
    "Watch time per exposed viewer, difference, upper end",
    "s",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the difference in watch time per exposed viewer."
  ),
  watch_time_per_viewer_s_p_value: metric(
    "Watch time per exposed viewer, p-value",
    "ratio",
    "DESIGN 4.5",
    "How often chance alone would show a difference in watch time per exposed viewer this large: Welch's t-test, two-sided."
  ),
  watch_time_per_viewer_s_p_value_adjusted: metric(
    "Watch time per exposed viewer, adjusted p-value",
    "ratio",
    "DESIGN 4.5",
    "The p-value of the watch time per exposed viewer, corrected by Holm's method for the number of variants."
  ),
  watch_time_per_viewer_s_verdict: metric(
    "Watch time per exposed viewer, verdict",
    "word",
    "DESIGN 4.5",
    "better, worse or undecided: the watch time per exposed viewer beside that of the control; empty for the control."
  ),
  shown_play_rate: metric(
    "Play rate of shown videos",
    "ratio",
    "DESIGN 4.5",
    "Pairs of an exposed viewer and a shown video in which the video was played, as a share of all such pairs."
  ),
  shown_play_rate_low: metric(
    "Play rate of shown videos, lower end",
    "ratio",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the play rate of shown videos."
  ),
  shown_play_rate_high: metric(
    "Play rate of shown videos, upper end",
    "ratio",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the play rate of shown videos."
  ),
  shown_play_rate_difference: metric(
    "Play rate of shown videos, difference",
    "ratio",
    "DESIGN 4.5",
    "The play rate of shown videos less that of the control."
  ),
  shown_play_rate_difference_low: metric(
    "Play rate of shown videos, difference, lower end",
    "ratio",
    "DESIGN 4.5",
    "Lower end of the confidence interval of the difference in play rate of shown videos."
  ),
  shown_play_rate_difference_high: metric(
    "Play rate of shown videos, difference, upper end",
    "ratio",
    "DESIGN 4.5",
    "Upper end of the confidence interval of the difference in play rate of shown videos."
  ),
  shown_play_rate_p_value: metric(
    "Play rate of shown videos, p-value",
    "ratio",
    "DESIGN 4.5",
    "How often chance alone would show a difference in play rate of shown videos this large: z-test with errors by viewer, two-sided."
  ),
  shown_play_rate_p_value_adjusted: metric(
    "Play rate of shown videos, adjusted p-value",
    "ratio",
    "DESIGN 4.5",
    "The p-value of the play rate of shown videos, corrected by Holm's method for the number of variants."
  ),
  shown_play_rate_verdict: metric(
    "Play rate of shown videos, verdict",
    "word",
    "DESIGN 4.5",
    "better, worse or undecided: the play rate of shown videos beside that of the control; empty for the control."
  ),
  primary_metric: metric(
    "Primary metric",
    "word",
    "DESIGN 4.5",
    "The metric whose verdict is that of the experiment, by configuration."
  ),
  significance_level: metric(
    "Significance level",
    "ratio",
    "DESIGN 4.5",
    "A difference counts when its adjusted p-value lies below this; confidence intervals cover the rest."
  ),
  verdict: metric(
    "Verdict",
    "word",
    "DESIGN 4.5",
    "better, worse or undecided by the primary metric; empty for the control."
  ),
  exposure_count: metric("Exposures", "count", "DESIGN 4.5", "Users and the variants that they saw."),
  variant_count: metric("Variants", "count", "DESIGN 4.5", "Variants of experiments that were seen.")
};

// src/metrics/funnel.ts
var funnelMetrics = {
  played_pair_count: metric(
    "Shown and played",
    "count",
    "DESIGN 4.5",
    "Of the pairs of a user and a video that a page showed to the user: those in which the user ever played the video."
  ),
  watched_30s_pair_count: metric(
    "Watched 30 seconds",
    "count",
    "DESIGN 4.5",
    "Played pairs with 30 seconds of watch time over all sessions, or with 75 % of the video watched (shorter videos)."
  ),
  watched_75_pair_count: metric(
    "Watched 75 %",
    "count",
    "DESIGN 4.5",
    "Played pairs in which at least 75 % of the video was watched over all sessions; none where the duration is unknown."
  ),
  completed_pair_count: metric(
    "Watched to the end",
    "count",
    "DESIGN 4.5",
    "Pairs with at least 75 % watched whose video the player also reported as ended in some session."
  ),
  pair_play_rate: metric(
    "Shown to played",
    "ratio",
    "DESIGN 4.5",
    "Shown and played pairs as a share of the pairs shown."
  ),
  watched_30s_rate: metric(
    "Played to 30 seconds",
    "ratio",
    "DESIGN 4.5",
    "Pairs that watched 30 seconds as a share of those that played."
  ),
  watched_75_rate: metric(
    "30 seconds to 75 %",
    "ratio",
    "DESIGN 4.5",
    "Pairs that watched 75 % as a share of those that watched 30 seconds."
  ),
  completed_pair_rate: metric(
    "75 % to the end",
    "ratio",
    "DESIGN 4.5",
    "Pairs that watched to the end as a share of those that watched 75 %."
  ),
  funnel_rate: metric(
    "Shown to the end",
    "ratio",
    "DESIGN 4.5",
    "Pairs that watched to the end as a share of the pairs shown."
  )
};

// src/metrics/trends.ts
var trendMetrics = {
  watch_time_7d_s: metric(
    "Watch time, 7 days",
    "s",
    "DESIGN 4.3",
    "Watch time of the 7 days that end with the period."
  ),
  watch_time_28d_s: metric(
    "Watch time, 28 days",
    "s",
    "DESIGN 4.3",
    "Watch time of the 28 days that end with the period."
  ),
  session_count_7d: metric("Sessions, 7 days", "count", "DESIGN 2", "Sessions of the 7 days that end with the period."),
  session_count_28d: metric(
    "Sessions, 28 days",
    "count",
    "DESIGN 2",
    "Sessions of the 28 days that end with the period."
  ),
  play_count_7d: metric("Plays, 7 days", "count", "DESIGN 4.5", "Plays of the 7 days that end with the period."),
  play_count_28d: metric("Plays, 28 days", "count", "DESIGN 4.5", "Plays of the 28 days that end with the period."),
  completed_session_count_7d: metric(
    "Completed sessions, 7 days",
    "count",
    "DESIGN 4.4",
    "Completed sessions of the 7 days that end with the period."
  ),
  completed_session_count_28d: metric(
    "Completed sessions, 28 days",
    "count",
    "DESIGN 4.4",
    "Completed sessions of the 28 days that end with the period."
  ),
  unique_viewers_7d: metric(
    "Unique viewers, 7 days",
    "count",
    "DESIGN 4.5",
    "Different users with a session in the 7 days that end with the period; exact, counted anew for every period."
  ),
  unique_viewers_28d: metric(
    "Unique viewers, 28 days",
    "count",
    "DESIGN 4.5",
    "Different users with a session in the 28 days that end with the period; exact, counted anew for every period."
  )
};

// src/metrics/catalogue.ts
var catalogue = {
  watch_time_s: metric(
    "Watch time",
    "s",
    "DESIGN 4.3",
    "Seconds on the clock during which the playhead was really advancing, as far as the events prove it."
  ),
  uncertain_s: metric(
    "Uncertain watch time",
    "s",
    "DESIGN 4.3",
    "Seconds on the clock that may have been watched but that the events do not prove."
  ),
  estimated_tail_s: metric(
    "Estimated tail",
    "s",
    "DESIGN 4.3",
    "Seconds that may have played after the last event, by the configured tail policy."
  ),
  exclusive_watch_time_s: metric(
    "Exclusive watch time",
    "s",
    "DESIGN 4.4",
    "Watch time with overlapping tabs counted once: the union of watched wall-clock time."
  ),
  content_s: metric(
    "Content played",
    "s",
    "DESIGN 4.4",
    "Seconds of the video that played, repeats included; at double speed twice the watch time."
  ),
  unique_watch_s: metric(
    "Unique seconds watched",
    "s",
    "DESIGN 4.4",
    "Seconds of the video that played at least once."
  ),
  percent_viewed_ratio: metric(
    "Percent viewed",
    "ratio",
    "DESIGN 4.4",
    "Unique seconds watched, as a share of the duration."
  ),
  max_position_s: metric(
    "Furthest position",
    "s",
    "DESIGN 4.4",
    "The furthest point of the video that was reached by playing or seeking."
  ),
  last_position_s: metric("Last position", "s", "DESIGN 4.4", "Where the playhead was last known to be."),
  background_s: metric("Background time", "s", "DESIGN 4.4", "Watch time while the page was hidden."),
  pause_count: metric("Pauses", "count", "DESIGN 4.2", "How often play was paused."),
  pause_time_s: metric("Pause time", "s", "DESIGN 4.4", "Seconds spent paused, up to the last event of the session."),
  skip_forward_count: metric(
    "Skips forward",
    "count",
    "DESIGN 4.3",
    "Leaps of the playhead towards the end of the video."
  ),
  skip_backward_count: metric(
    "Skips backward",
    "count",
    "DESIGN 4.3",
    "Leaps of the playhead towards the start of the video."
  ),
  skip_count: metric("Skips", "count", "DESIGN 4.4", "Leaps of the playhead in either direction."),
  skipped_s: metric("Skipped", "s", "DESIGN 4.4", "Seconds of the video leapt over in either direction, sizes added."),
  buffer_time_s: metric("Buffering time", "s", "DESIGN 4.3", "Seconds during which the player waited for data."),
  buffer_count: metric("Stalls", "count", "DESIGN 4.2", "How often the player began to wait for data."),
  rate_avg: metric(
    "Average playback rate",
    "rate",
    "DESIGN 4.4",
    "The reported playback rate, weighted by watch time."
  ),
  rated_s: metric(
    "Rated watch time",
    "s",
    "DESIGN 4.4",
    "Watch time multiplied by the reported playback rate; divided by the watch time it is the average rate."
  ),
  completed: metric("Completed", "boolean", "DESIGN 4.4", "The player reported that the video ended."),
  completion_valid: metric(
    "Completion valid",
    "boolean",
    "DESIGN 4.4",
    "Completed, and at least 75 % of the video was really watched."
  ),
  zero_watch: metric("Zero watch", "boolean", "DESIGN 4.4", "Less than one second was watched."),
  end_reason: metric(
    "End reason",
    "word",
    "DESIGN 4.4",
    "How the session ended: ended, unload, switched, open, paused or timeout."
  ),
  is_replay: metric(
    "Replay",
    "boolean",
    "DESIGN 4.4",
    "The video was started again from its beginning after it had been completed."
  ),
  replay_index: metric(
    "Replay number",
    "count",
    "DESIGN 4.4",
    "The how-many-th replay of this user and video this is; 0 for the first viewing."
  ),
  resumed: metric(
    "Resumed",
    "boolean",
    "DESIGN 4.4",
    "Play began where an earlier session of this user and video had stopped."
  ),
  resumed_from_s: metric(
    "Resumed from",
    "s",
    "DESIGN 4.4",
    "The position at which a resumed session took up the video."
  ),
  refresh_count: metric(
    "Page refreshes",
    "count",
    "DESIGN 4.4",
    "How often the page was loaded again within or into the session."
  ),
  tab_switch_count: metric("Tab switches", "count", "DESIGN 4.4", "How often the viewer left the tab."),
  tab_switch_source: metric(
    "Source of tab switches",
    "word",
    "DESIGN 4.4",
    "observed, inferred or unknown: how the tab switches are known."
  ),
  autoplay: metric(
    "Autoplay",
    "boolean",
    "DESIGN 4.4",
    "The player started by itself; empty when the player does not say."
  ),
  refresh_source: metric(
    "Source of page refreshes",
    "word",
    "DESIGN 4.4",
    "observed, inferred or unknown: how the page refreshes are known."
  ),
  background_source: metric(
    "Source of background time",
    "word",
    "DESIGN 4.4",
    "observed or unknown: whether the player told when the page was hidden."
  ),
  end_reason_source: metric(
    "Source of the end reason",
    "word",
    "DESIGN 4.4",
    "observed when an event told the end, inferred from silence, unknown while the session is open."
  ),
  last_position_source: metric(
    "Source of the last position",
    "word",
    "DESIGN 4.4",
    "observed when the playhead stood where it was last told to be, inferred when it played on, else unknown."
  ),
  resumed_source: metric(
    "Source of resumption",
    "word",
    "DESIGN 4.4",
    "observed, inferred or unknown: how it is known whether the session was resumed."
  ),
  autoplay_source: metric(
    "Source of autoplay",
    "word",
    "DESIGN 4.4",
    "observed or unknown: whether the player told if it started by itself."
  ),
  is_concurrent: metric("Concurrent", "boolean", "DESIGN 4.4", "Another session of the same user overlaps in time."),
  bad_position_count: metric("Bad positions", "count", "DESIGN 4.1.4", "Events whose position lies outside the video."),
  event_count: metric("Events", "count", "DESIGN 5", "Player events, copies left out."),
  session_count: metric("Sessions", "count", "DESIGN 2", "Viewings of one video by one user within a visit."),
  play_count: metric("Plays", "count", "DESIGN 4.5", "Sessions in which the video started to play."),
  completed_session_count: metric(
    "Completed sessions",
    "count",
    "DESIGN 4.4",
    "Sessions that the player reported as ended."
  ),
  valid_completion_count: metric(
    "Valid completions",
    "count",
    "DESIGN 4.4",
    "Completed sessions in which at least 75 % of the video was watched."
  ),
  zero_watch_count: metric(
    "Zero-watch sessions",
    "count",
    "DESIGN 4.4",
    "Sessions in which less than one second was watched."
  ),
  replay_count: metric(
    "Replays",
    "count",
    "DESIGN 4.4",
    "Sessions in which a completed video was played again from its start, completed before or within the session."
  ),
  resumed_count: metric(
    "Resumed sessions",
    "count",
    "DESIGN 4.4",
    "Sessions that took up the video where an earlier one had stopped."
  ),
  autoplay_count: metric(
    "Autoplayed sessions",
    "count",
    "DESIGN 4.4",
    "Sessions of which the player said that it started by itself; sessions that do not say are left out."
  ),
  concurrent_count: metric(
    "Concurrent sessions",
    "count",
    "DESIGN 4.4",
    "Sessions that overlap in time with another session of the same user."
  ),
  completion_rate: metric("Completion rate", "ratio", "DESIGN 4.4", "Completed sessions as a share of all sessions."),
  zero_watch_rate: metric(
    "Zero-watch rate",
    "ratio",
    "DESIGN 7",
    "Sessions with less than one second watched, as a share of all sessions."
  ),
  unique_viewers: metric("Unique viewers", "count", "DESIGN 4.5", "Different users with at least one session."),
  unique_viewers_approx: metric(
    "Unique viewers, about",
    "count",
    "DESIGN 4.5",
    "An estimate of the unique viewers (HyperLogLog, usually within 5 %): for many rows where the exact number takes too long."
  ),
  user_count: metric("Users", "count", "DESIGN 5", "Users with at least one session."),
  video_count: metric("Videos", "count", "DESIGN 5", "Different videos."),
  segment_count: metric("Segments", "count", "DESIGN 4.3", "Stretches of unbroken play."),
  user_video_count: metric(
    "Users and videos",
    "count",
    "DESIGN 5",
    "Pairs of a user and a video with at least one session."
  ),
  video_day_count: metric(
    "Video days",
    "count",
    "DESIGN 5",
    "Pairs of a video and a UTC day with at least one session."
  ),
  avg_watch_time_s: metric("Watch time per session", "s", "DESIGN 4.5", "Watch time divided by sessions."),
  avg_percent_viewed_ratio: metric(
    "Average percent viewed",
    "ratio",
    "DESIGN 4.4",
    "Percent viewed, averaged over the user-video pairs whose duration is known."
  ),
  measured_count: metric(
    "Measured viewings",
    "count",
    "DESIGN 4.4",
    "Pairs of a user and a video whose duration is known: what the average percent viewed is taken over."
  ),
  impression_count: metric(
    "Users and videos shown",
    "count",
    "DESIGN 4.5",
    "Pairs of a user and a video that a page showed to the user."
  ),
  impression_viewers: metric(
    "Viewers who saw it",
    "count",
    "DESIGN 4.5",
    "Different users to whom a page showed the video."
  ),
  played_impression_viewers: metric(
    "Viewers who saw and played it",
    "count",
    "DESIGN 4.5",
    "Users to whom a page showed the video and who played it."
  ),
  play_rate: metric(
    "Play rate",
    "ratio",
    "DESIGN 4.5",
    "Viewers who played the video, as a share of those to whom it was shown."
  ),
  plays_per_viewer: metric(
    "Plays per viewer",
    "rate",
    "DESIGN 4.5",
    "Plays divided by unique viewers; above 1 the video is watched again."
  ),
  bucket_count: metric("Buckets", "count", "DESIGN 4.5", "Hundredths of videos that the retention curves hold."),
  viewers: metric(
    "Viewers of the bucket",
    "count",
    "DESIGN 4.5",
    "Different users whose segments cover part of this hundredth of the video."
  ),
  plays: metric(
    "Plays of the bucket",
    "count",
    "DESIGN 4.5",
    "Segments that cover part of this hundredth of the video."
  ),
  starters: metric(
    "Viewers who started",
    "count",
    "DESIGN 4.5",
    "Different users with any segment of the video: what retention is measured against."
  ),
  first_bucket_viewers: metric(
    "Viewers of the first bucket",
    "count",
    "DESIGN 4.5",
    "Different users whose segments cover part of the first hundredth of the video."
  ),
  retention_ratio: metric(
    "Retention of starters",
    "ratio",
    "DESIGN 4.5",
    "Viewers of the bucket as a share of all viewers who started the video."
  ),
  first_bucket_retention_ratio: metric(
    "Retention of the first bucket",
    "ratio",
    "DESIGN 4.5",
    "Viewers of the bucket as a share of the viewers of the first bucket."
  ),
  drop_off: metric(
    "Drop-off",
    "count",
    "DESIGN 4.5",
    "Viewers lost from the bucket before to this one; negative where viewers joined."
  ),
  drop_off_ratio: metric(
    "Drop-off of starters",
    "ratio",
    "DESIGN 4.5",
    "Viewers lost from the bucket before to this one, as a share of all viewers who started the video."
  ),
  drop_off_rank: metric(
    "Drop-off rank",
    "count",
    "DESIGN 4.5",
    "Place among the losses: 1 where most viewers were lost, of equal losses the earlier first; empty where none was."
  ),
  engagement_score: metric(
    "Engagement score",
    "score",
    "DESIGN 4.5",
    "A weighted sum, 0 to 100, of watch ratio, completions and sessions."
  ),
  avg_engagement_score: metric(
    "Average engagement score",
    "score",
    "DESIGN 4.5",
    "The engagement score, averaged over the rows: every session, user or video counts the same."
  ),
  engagement_tier: metric(
    "Engagement tier",
    "word",
    "DESIGN 4.5",
    "High, Medium, Low or Minimal, by bounds on the score."
  ),
  engagement_watch_points: metric(
    "Score from watching",
    "score",
    "DESIGN 4.5",
    "The part of the engagement score that the watch ratio contributes."
  ),
  engagement_completion_points: metric(
    "Score from completions",
    "score",
    "DESIGN 4.5",
    "The part of the engagement score that completions contribute."
  ),
  engagement_session_points: metric(
    "Score from sessions",
    "score",
    "DESIGN 4.5",
    "The part of the engagement score that the number of sessions contributes."
  ),
  engagement_version: metric(
    "Score formula version",
    "count",
    "DESIGN 4.5",
    "The version of the formula that made the score."
  ),
  ...trendMetrics,
  ...funnelMetrics,
  ...eventMetrics,
  ...experimentMetrics
};

// src/tables/alerts.ts
var alerts = {
  name: "alerts",
  grain: "incident: one rule and subject, from when it opens until it is resolved",
  key: ["alert_id"],
  columns: {
    alert_id: "string",
    rule: "string",
    /** overall, or what it is about: video:<video_id>, rule:<name of a quality rule>, many. */
    subject: "string",
    /** The video, where it is about one. */
    video_id: "string",
    title: "string",
    /** error, warning or info. */
    severity: "string",
    /** open, acknowledged or resolved. */
    state: "string",
    /** One sentence with the numbers, as they were when the incident last changed. */
    summary: "string",
    value: "double",
    threshold: "double",
    /** What was to be expected, where the rule compares with the past. */
    expected: "double",
    /** The UTC day that an anomaly lies on. */
    day: "date",
    sample_ids: "string_list",
    opened_at: "timestamp",
    /** When the condition was last seen to hold; brought up to date once an hour. */
    last_seen_at: "timestamp",
    /** When a message about it was last written to the outbox. */
    notified_at: "timestamp",
    /** Messages written about it: one for each opening, repeat and resolution. */
    notification_count: "bigint",
    acknowledged_at: "timestamp",
    acknowledged_by: "string",
    resolved_at: "timestamp",
    /** The run of the job whose tables showed it. */
    run_id: "string",
    /** JSON array: what happened to the incident and when. */
    history: "string",
    /** JSON array: messages that some sink has not taken yet. */
    outbox: "string"
  },
  partitionBy: []
};

// src/tables/quality-results.ts
var quality_results = {
  name: "quality_results",
  grain: "data-quality rule and run",
  key: ["run_id", "rule"],
  columns: {
    run_id: "string",
    rule: "string",
    title: "string",
    says: "string",
    /** error, warning or info. */
    severity: "string",
    /** passed or failed; unknown where there was nothing to check. */
    state: "string",
    value: "double",
    threshold: "double",
    checked_count: "bigint",
    failed_count: "bigint",
    sample_ids: "string_list",
    checked_at: "timestamp"
  },
  partitionBy: []
};

// src/tables/tables.ts
var canonicalEvent = {
  event_id: "string",
  user_id: "string",
  video_id: "string",
  player_id: "string",
  event_type: "string",
  event_time: "timestamp",
  received_at: "timestamp",
  sequence: "bigint",
  position_s: "double",
  seek_from_s: "double",
  duration_s: "double",
  playback_rate: "double",
  autoplay: "boolean",
  muted: "boolean",
  visible: "boolean",
  device: "string",
  country: "string",
  referrer: "string",
  app_version: "string",
  experiment: "string",
  variant: "string",
  impressions: "string_list"
};
var additive = {
  watch_time_s: "double",
  uncertain_s: "double",
  estimated_tail_s: "double",
  content_s: "double",
  background_s: "double",
  pause_count: "bigint",
  pause_time_s: "double",
  skip_forward_count: "bigint",
  skip_backward_count: "bigint",
  skip_count: "bigint",
  skipped_s: "double",
  buffer_count: "bigint",
  buffer_time_s: "double",
  refresh_count: "bigint",
  tab_switch_count: "bigint",
  bad_position_count: "bigint",
  /** Watch time that no other session of the user already has; a user's sum is the union of watched wall-clock time. */
  exclusive_watch_time_s: "double"
};
var sessionCounts = {
  session_count: "bigint",
  play_count: "bigint",
  completed_session_count: "bigint",
  valid_completion_count: "bigint",
  zero_watch_count: "bigint",
  replay_count: "bigint",
  resumed_count: "bigint",
  autoplay_count: "bigint",
  concurrent_count: "bigint"
};
var rates = { rated_s: "double", rate_avg: "double" };
var engagement = {
  engagement_score: "double",
  engagement_tier: "string",
  engagement_watch_points: "double",
  engagement_completion_points: "double",
  engagement_session_points: "double",
  engagement_version: "integer"
};
var tables = {
  events: {
    name: "events",
    grain: "event as it was reported, copies included",
    key: [],
    columns: { ...canonicalEvent, source: "string", ingested_at: "timestamp", event_date: "date" },
    partitionBy: ["event_date"]
  },
  events_rejected: {
    name: "events_rejected",
    grain: "row that could not be used",
    key: [],
    columns: {
      code: "string",
      reason: "string",
      row: "string",
      source: "string",
      line: "bigint",
      ingested_at: "timestamp"
    },
    partitionBy: []
  },
  /** Optional input: what is known of a video beside what players report. */
  video_catalog: {
    name: "video_catalog",
    grain: "video",
    key: ["video_id"],
    columns: {
      video_id: "string",
      title: "string",
      duration_s: "double",
      category: "string",
      published_at: "timestamp",
      production_cost: "double",
      /** Whose video it is, where several customers share an installation. */
      tenant: "string"
    },
    partitionBy: []
  },
  /** What a page showed to whom; first and last only, so that a copied page view changes nothing. */
  impressions: {
    name: "impressions",
    grain: "user and video that a page showed to the user",
    key: ["user_id", "video_id"],
    columns: { user_id: "string", video_id: "string", first_shown_at: "timestamp", last_shown_at: "timestamp" },
    partitionBy: []
  },
  /** Who saw which variant and what followed; the counts begin with the moment when the user first saw that variant. */
  exposures: {
    name: "exposures",
    grain: "user, experiment and variant that the user saw",
    key: ["user_id", "experiment", "variant"],
    columns: {
      user_id: "string",
      experiment: "string",
      variant: "string",
      first_exposed_at: "timestamp",
      /** The first variant of the experiment that the user saw: the one that the user counts for. */
      is_assigned: "boolean",
      /** The user saw other variants of the experiment too. */
      is_mixed: "boolean",
      session_count: "bigint",
      play_count: "bigint",
      completed_session_count: "bigint",
      watch_time_s: "double",
      shown_count: "bigint",
      played_shown_count: "bigint"
    },
    partitionBy: []
  },
  segments: {
    name: "segments",
    grain: "stretch of unbroken play",
    key: ["session_id", "segment_index"],
    columns: {
      session_id: "string",
      /** From 0, in the order of play. */
      segment_index: "integer",
      user_id: "string",
      video_id: "string",
      player_id: "string",
      from_s: "double",
      to_s: "double",
      started_at: "timestamp",
      ended_at: "timestamp",
      playback_rate: "double",
      session_date: "date"
    },
    partitionBy: ["session_date"]
  },
  sessions: {
    name: "sessions",
    grain: "session: one user, one video, one visit, one player",
    key: ["session_id"],
    columns: {
      session_id: "string",
      visit_id: "string",
      /** First event of the visit, page views included; the incremental job starts to rebuild here. */
      visit_started_at: "timestamp",
      user_id: "string",
      video_id: "string",
      player_id: "string",
      started_at: "timestamp",
      ended_at: "timestamp",
      session_date: "date",
      duration_s: "double",
      is_live: "boolean",
      event_count: "bigint",
      ...additive,
      unique_watch_s: "double",
      percent_viewed_ratio: "double",
      /** Where the first play began; null when nothing played. */
      first_position_s: "double",
      max_position_s: "double",
      last_position_s: "double",
      rate_avg: "double",
      has_played: "boolean",
      completed: "boolean",
      completion_valid: "boolean",
      zero_watch: "boolean",
      end_reason: "string",
      is_replay: "boolean",
      replay_index: "integer",
      resumed: "boolean",
      resumed_from_s: "double",
      autoplay: "boolean",
      /** How the measures are known that not every player's events decide: observed, inferred or unknown. */
      refresh_source: "string",
      tab_switch_source: "string",
      background_source: "string",
      end_reason_source: "string",
      last_position_source: "string",
      resumed_source: "string",
      autoplay_source: "string",
      is_concurrent: "boolean",
      ...engagement,
      device: "string",
      country: "string",
      referrer: "string",
      app_version: "string",
      experiment: "string",
      variant: "string"
    },
    partitionBy: ["session_date"]
  },
  user_videos: {
    name: "user_videos",
    grain: "user and video",
    key: ["user_id", "video_id"],
    columns: {
      user_id: "string",
      video_id: "string",
      ...sessionCounts,
      ...additive,
      ...rates,
      unique_watch_s: "double",
      duration_s: "double",
      percent_viewed_ratio: "double",
      max_position_s: "double",
      last_position_s: "double",
      completed: "boolean",
      completion_valid: "boolean",
      first_seen_at: "timestamp",
      last_seen_at: "timestamp",
      ...engagement
    },
    partitionBy: []
  },
  users: {
    name: "users",
    grain: "user",
    key: ["user_id"],
    columns: {
      user_id: "string",
      video_count: "bigint",
      active_day_count: "bigint",
      ...sessionCounts,
      ...additive,
      ...rates,
      unique_watch_s: "double",
      avg_watch_time_s: "double",
      /** Videos of the user whose duration is known: what the average percent viewed is taken over. */
      measured_count: "bigint",
      avg_percent_viewed_ratio: "double",
      completion_rate: "double",
      zero_watch_rate: "double",
      first_seen_at: "timestamp",
      last_seen_at: "timestamp",
      ...engagement
    },
    partitionBy: []
  },
  videos: {
    name: "videos",
    grain: "video",
    key: ["video_id"],
    columns: {
      video_id: "string",
      title: "string",
      category: "string",
      duration_s: "double",
      published_at: "timestamp",
      production_cost: "double",
      tenant: "string",
      unique_viewers: "bigint",
      ...sessionCounts,
      ...additive,
      ...rates,
      unique_watch_s: "double",
      avg_watch_time_s: "double",
      /** Viewers of the video for whom its duration is known: what the average percent viewed is taken over. */
      measured_count: "bigint",
      avg_percent_viewed_ratio: "double",
      completion_rate: "double",
      zero_watch_rate: "double",
      plays_per_viewer: "double",
      impression_viewers: "bigint",
      played_impression_viewers: "bigint",
      play_rate: "double",
      first_seen_at: "timestamp",
      last_seen_at: "timestamp",
      ...engagement
    },
    partitionBy: []
  },
  video_days: {
    name: "video_days",
    grain: "video and UTC day of the sessions' start",
    key: ["video_id", "session_date"],
    columns: {
      video_id: "string",
      session_date: "date",
      unique_viewers: "bigint",
      ...sessionCounts,
      ...additive,
      ...rates,
      /** What each viewer watched of the video on that day, at least once. */
      unique_watch_s: "double",
      avg_watch_time_s: "double",
      measured_count: "bigint",
      avg_percent_viewed_ratio: "double",
      completion_rate: "double",
      zero_watch_rate: "double",
      plays_per_viewer: "double"
    },
    partitionBy: ["session_date"]
  },
  video_retention: {
    name: "video_retention",
    grain: "video and bucket of its duration",
    key: ["video_id", "bucket"],
    columns: {
      video_id: "string",
      bucket: "integer",
      from_s: "double",
      to_s: "double",
      viewers: "bigint",
      plays: "bigint",
      /** Viewers with any segment: the denominator of `retention_ratio`. */
      starters: "bigint",
      retention_ratio: "double",
      first_bucket_retention_ratio: "double",
      plays_per_viewer: "double",
      drop_off: "bigint",
      drop_off_ratio: "double",
      /** 1 where most viewers were lost, of equal losses the earlier first; null where none was lost. */
      drop_off_rank: "integer"
    },
    partitionBy: []
  },
  /** Over the users whose first variant it was. */
  experiments: {
    name: "experiments",
    grain: "experiment and variant",
    key: ["experiment", "variant"],
    columns: {
      experiment: "string",
      variant: "string",
      control_variant: "string",
      is_control: "boolean",
      exposed_viewers: "bigint",
      mixed_viewers: "bigint",
      first_exposed_at: "timestamp",
      /** When the newest of the viewers first saw the variant. */
      last_exposed_at: "timestamp",
      sample_ratio_p_value: "double",
      sample_ratio_mismatch: "boolean",
      played_viewers: "bigint",
      session_count: "bigint",
      play_count: "bigint",
      completed_session_count: "bigint",
      completion_rate: "double",
      watch_time_s: "double",
      shown_count: "bigint",
      played_shown_count: "bigint",
      exposed_play_rate: "double",
      exposed_play_rate_low: "double",
      exposed_play_rate_high: "double",
      exposed_play_rate_difference: "double",
      exposed_play_rate_difference_low: "double",
      exposed_play_rate_difference_high: "double",
      exposed_play_rate_p_value: "double",
      exposed_play_rate_p_value_adjusted: "double",
      exposed_play_rate_verdict: "string",
      watch_time_per_viewer_s: "double",
      watch_time_per_viewer_s_low: "double",
      watch_time_per_viewer_s_high: "double",
      watch_time_per_viewer_s_difference: "double",
      watch_time_per_viewer_s_difference_low: "double",
      watch_time_per_viewer_s_difference_high: "double",
      watch_time_per_viewer_s_p_value: "double",
      watch_time_per_viewer_s_p_value_adjusted: "double",
      watch_time_per_viewer_s_verdict: "string",
      shown_play_rate: "double",
      shown_play_rate_low: "double",
      shown_play_rate_high: "double",
      shown_play_rate_difference: "double",
      shown_play_rate_difference_low: "double",
      shown_play_rate_difference_high: "double",
      shown_play_rate_p_value: "double",
      shown_play_rate_p_value_adjusted: "double",
      shown_play_rate_verdict: "string",
      primary_metric: "string",
      significance_level: "double",
      /** better, worse or undecided by the primary metric; none for the control. */
      verdict: "string"
    },
    partitionBy: []
  },
  quality_results,
  alerts,
  job_runs: {
    name: "job_runs",
    grain: "run of the job and state that it reached",
    key: ["run_id", "state"],
    columns: {
      run_id: "string",
      /** From 1; the `txn` version of every commit of the run. */
      sequence: "bigint",
      /** started, finished. */
      state: "string",
      /** full or incremental. */
      mode: "string",
      started_at: "timestamp",
      finished_at: "timestamp",
      /** Version of `events` that the run has taken in. */
      events_version: "bigint",
      /** JSON object, table name to version: at the start for `started`, what is served for `finished`. */
      table_versions: "string",
      /** Newest `received_at` among the events: what "now" means for open sessions and freshness. */
      newest_received_at: "timestamp",
      newest_event_time: "timestamp",
      new_event_count: "bigint",
      touched_user_count: "bigint",
      rebuilt_session_count: "bigint",
      /** SHA-256 of the configuration that numbers depend on; another one means a full rebuild. */
      rules_hash: "string",
      /** JSON object: the configuration that the run's tables were built under. */
      definitions: "string"
    },
    partitionBy: []
  }
};

// test/spark/raw-events.ts
var usable = (given = {}) => ({
  user_id: "ada",
  video_id: "film",
  event_type: "play",
  event_time: "2026-11-24T10:00:00Z",
  ...given
});
var times = [
  "2026-11-24 10:00:00.123456",
  "2026-11-24",
  "2026/11/24 10:00",
  "2026-1-4 1:2:3",
  "2026-11-24T10:00:00+02:00",
  "2026-11-24T10:00:00+0230",
  "1795514400",
  "1795514400123",
  "1795514400123456",
  "1.7955144e9"
];
var noTimes = ["2026", "2026-11", "10:00:00", "soon", "20261124", "2026-02-30", "12", "2026-11-24 10", "-5", "NaN"];
var positions = [
  "0",
  "-0.5",
  "12",
  "12.0",
  "1e3",
  ".5",
  "5.",
  "1_000",
  "12345678.25",
  "123456789012e-1",
  "0.00001",
  "0.0005",
  " 7 "
];
var noPositions = ["soon", "NaN", "Infinity", "1e12", "1d", "2f", "0x10", "1,5"];
var lists = ['["a","b c",1,null]', "a, it's ; |x", '["a,b", "", "NULL", "p:q"]', "one", "[broken", "[]"];
var canonicalRows = {
  types: {
    event_id: "VARCHAR",
    user_id: "VARCHAR",
    video_id: "VARCHAR",
    player_id: "BIGINT",
    event_type: "VARCHAR",
    event_time: "VARCHAR",
    received_at: "TIMESTAMPTZ",
    sequence: "VARCHAR",
    position_s: "VARCHAR",
    seek_from_s: "DOUBLE",
    duration_s: "VARCHAR",
    playback_rate: "DOUBLE",
    autoplay: "BOOLEAN",
    muted: "VARCHAR",
    device: "VARCHAR",
    impressions: "VARCHAR"
  },
  rows: [
    usable({ event_id: "e1", player_id: 7, received_at: "2026-11-24 10:00:01.5+00", autoplay: true, muted: "Yes" }),
    ...times.map((event_time) => usable({ event_time })),
    ...positions.map((position_s) => usable({ position_s })),
    ...[0.1, 1e-5, 123456785e-1, 1e16, 25e-8, 100].map(
      (seek_from_s) => usable({ event_type: "seek", seek_from_s, position_s: "1" })
    ),
    ...["12", "12.0", "12.5", "9007199254740993", "1e3"].map((sequence) => usable({ sequence })),
    ...lists.map((impressions) => usable({ event_type: "Page_View", video_id: null, impressions })),
    ...["90", "NaN", "-1", "0"].map((duration_s) => usable({ duration_s, muted: "off" })),
    usable({ user_id: `O'Brien \\ "Zo\xEB" \u{1F3AC}`, device: " tv ", playback_rate: 1.25 }),
    usable({ event_type: null }),
    usable({ event_type: "explode" }),
    usable({ user_id: " " }),
    usable({ video_id: null }),
    usable({ event_time: "" }),
    ...noTimes.map((event_time) => usable({ event_time })),
    ...noPositions.map((position_s) => usable({ position_s })),
    usable({ seek_from_s: 1e13 }),
    usable({ sequence: "first" }),
    usable({ duration_s: "long" })
  ]
};
var track = (event, given, properties) => ({
  userId: "ada",
  event,
  timestamp: "2026-11-24T10:00:00.000Z",
  properties: typeof properties === "string" ? properties : JSON.stringify(properties),
  context: { device: { type: "phone", model: null }, page: { referrer: 'https://example.org/?q="1"' } },
  ...given
});
var segmentRows = {
  types: {
    messageId: "VARCHAR",
    userId: "VARCHAR",
    anonymousId: "VARCHAR",
    event: "VARCHAR",
    timestamp: "VARCHAR",
    properties: "VARCHAR",
    context: 'STRUCT(device STRUCT("type" VARCHAR, model VARCHAR), page STRUCT(referrer VARCHAR))'
  },
  rows: [
    track("Video Playback Started", { messageId: "m1" }, { content_asset_id: "film", position: 0, total_length: 100 }),
    track(
      "Video Content Playing",
      { messageId: "m2", userId: null, anonymousId: "anon" },
      { content_asset_ids: ["clip"], position: 10.25 }
    ),
    track("Video Playback Seek Completed", {}, { content_asset_id: "film", position: 60, session_id: 12 }),
    track("Video Content Completed", {}, { content_asset_id: "film", position: 100, total_length: 100 }),
    track("Video Content Completed", {}, { content_asset_id: "film", position: 50, total_length: 100 }),
    track("Video Ad Started", {}, { content_asset_id: "film" }),
    track("Product Viewed", {}, {}),
    track("Video Playback Exploded", {}, { content_asset_id: "film" }),
    track("Video Playback Paused", { messageId: "m9" }, '{"content_asset_id": "film"'),
    track("Video Playback Paused", { messageId: "m10" }, '["film"]'),
    track("Video Playback Paused", { timestamp: "later" }, { content_asset_id: "film" }),
    track("Video Playback Paused", {}, { content_asset_id: "film", position: "here" }),
    track(null, {}, { content_asset_id: "film" })
  ]
};
async function rowsOfTable(engine2, folder, table, columns2) {
  const relation = await openLake({ folder, engine: engine2 }).read(tables[table]);
  const shown = columns2.map((column2) => sql`${ref(column2)} := ${ref(column2)}`);
  const rows = await engine2.query(
    sql`select cast(to_json(struct_pack(${join7(shown)})) as ${raw("varchar")}) as text from ${relation} as r order by text`
  );
  return rows.map((row) => String(row["text"]));
}

// .s-h6-repl2.ts
var [at = ""] = process.argv.slice(2);
var engine = await DuckdbEngine.open({ threads: 1 });
for (const table of ["events", "events_rejected"]) {
  const columns2 = Object.keys(tables[table].columns).filter((c) => !["source", "line", "ingested_at"].includes(c));
  const a = await rowsOfTable(engine, `${at}/duckdb`, table, columns2);
  const b = await rowsOfTable(engine, `${at}/spark`, table, columns2);
  console.log(table, a.length, b.length);
  for (const r of a) if (!b.includes(r)) console.log("D", r);
  for (const r of b) if (!a.includes(r)) console.log("S", r);
}
