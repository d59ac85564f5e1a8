"""Runs pipelines on Apache Spark: `python run_pipelines.py <plan.json>`.

The plan is a list of runs, each with `sources` (name to Parquet file), `statements` in order (`name`, `text`,
`frees`) and `outputs` (name to the folder that gets its Parquet files). All text comes from Playhead's Spark dialect.
A statement makes a temporary view. Spark evaluates a view again for each of its readers, so the rows of a view are
kept (a local checkpoint; of an output its Parquet files) and stand for it from then on.
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
    # A small machine and some thousand rows: planning and code generation are the cost, not the rows.
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.scheduler.mode": "FAIR",
    "spark.ui.enabled": "false",
    "spark.driver.memory": "2g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


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
                made.write.parquet(run["outputs"][name])
                made = session.read.parquet(run["outputs"][name])
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
    builder = SparkSession.builder.master("local[2]").appName("playhead")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(run_pipeline, spark, run) for run in runs]:
                done.result()
    finally:
        spark.stop()


if __name__ == "__main__":
    main(sys.argv[1])
