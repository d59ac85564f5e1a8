"""Runs pipelines on Apache Spark: `python run_pipelines.py <plan.json>`.

The plan is a list of runs, each with `title`, `sources` (name to Parquet file), `statements` in order (`name`, `text`,
`frees`) and `outputs` (name to the folder that gets its Parquet files). The text comes from Playhead's Spark dialect.
Each statement makes a temporary view. Spark evaluates a view anew for each of its readers, so its rows are kept (in a
local checkpoint; those of an output in its Parquet files) and stand for the view from then on.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import SparkSession

SETTINGS = {
    # What the dialect is written for.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Some thousand rows on a small machine: what costs is planning, generated code and just-in-time compilation.
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.debug.maxToStringFields": "3",
    # Why so: thrift-server.ts.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
    " -XX:+UseSerialGC -Xms2g -Xmn1200m -XX:MetaspaceSize=400m",
    "spark.driver.memory": "2g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Nobody but this process.
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
# As many runs at a time: planning takes one core each.
RUNS_AT_ONCE = 2


def run_pipeline(spark, run):
    session = spark.newSession()
    for name, path in run["sources"].items():
        session.read.parquet(path).createOrReplaceTempView(name)
    for statement in run["statements"]:
        name = statement["name"]
        try:
            session.sql(statement["text"])
            made = session.table(name)
            if name in run["outputs"]:
                folder = run["outputs"][name]
                made.write.parquet(folder)
                made = session.read.parquet(folder)
            else:
                made = made.localCheckpoint()
        except Exception as error:
            raise RuntimeError(f"{run['title']}: {name}: {error}\n{statement['text']}") from error
        made.createOrReplaceTempView(name)
        for freed in statement["frees"]:
            session.catalog.dropTempView(freed)


def main(path):
    with open(path, encoding="utf-8") as file:
        runs = json.load(file)
    builder = SparkSession.builder.master(f"local[{RUNS_AT_ONCE}]").appName("playhead")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        with ThreadPoolExecutor(RUNS_AT_ONCE) as pool:
            for done in [pool.submit(run_pipeline, spark, run) for run in runs]:
                done.result()
    finally:
        spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])
