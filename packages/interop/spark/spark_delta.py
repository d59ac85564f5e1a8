"""Spark with Delta, asked line by line: each line of stdin is a JSON request, each answer a line on stdout.

    {"rows": "select ..."}    the rows, spelled as the suite compares them
    {"run": ["...", "..."]}   statements one after the other; null
An error is answered as {"error": "..."}. `python spark_delta.py <jar> <jar>`.
"""
import json
import os
import sys

os.environ["TZ"] = "UTC"

from pyspark.sql import SparkSession  # noqa: E402
from pyspark.sql.functions import col, expr  # noqa: E402

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from spelling import text  # noqa: E402

SETTINGS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    # Fifty tasks for a log of twenty commits otherwise.
    "spark.databricks.delta.snapshotPartitions": "1",
    # Vacuum lists folders in ten thousand tasks otherwise.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "2",
    "spark.databricks.delta.retentionDurationCheck.enabled": "false",
    # Some rows on a small machine: what costs is planning, generated code and just-in-time compilation.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # With less, one suite in four ended with a Java machine that had died.
    "spark.driver.memory": "4g",
    "spark.sql.constraintPropagation.enabled": "false",
    # The light compiler alone has so little room for code by itself that it compiles the same again and again.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
    " -XX:+UseSerialGC -Xms2g -Xmn1200m -XX:MetaspaceSize=400m",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


def start(jars):
    builder = SparkSession.builder.master("local[2]").config("spark.driver.extraClassPath", ":".join(jars))
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def shown(name, kind):
    """Instants as microseconds: Python's own cannot hold all of them."""
    quoted = f"`{name}`"
    if kind == "timestamp":
        return expr(f"cast(unix_micros({quoted}) as string)").alias(name)
    if kind == "timestamp_ntz":
        return expr(f"cast(unix_micros(to_utc_timestamp({quoted}, 'UTC')) as string)").alias(name)
    if kind == "date":
        return expr(f"cast({quoted} as string)").alias(name)
    return col(quoted)


def answer(spark, request):
    if "run" in request:
        for statement in request["run"]:
            spark.sql(statement).collect()
        return None
    frame = spark.sql(request["rows"])
    frame = frame.select([shown(name, kind) for name, kind in frame.dtypes])
    return [{name: text(value) for name, value in row.asDict(recursive=True).items()} for row in frame.collect()]


def main(jars):
    # Spark writes to stdout too: answers keep a stream of their own.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    spark = start(jars)
    for line in sys.stdin:
        try:
            told = {"answer": answer(spark, json.loads(line))}
        except Exception as error:  # the suite decides what an error means
            told = {"error": str(error)[:2000]}
        print(json.dumps(told), file=answers, flush=True)
    spark.stop()


main(sys.argv[1:])
