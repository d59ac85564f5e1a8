"""One pass of Playhead's schedule, on the SQL warehouse: `run_playhead.py <http path> <catalog> <schema> <secret scope>`."""

import os
import subprocess
import sys

from databricks.sdk.runtime import dbutils, spark

http_path, catalog, schema, scope = sys.argv[1:5]
environment = {
    **os.environ,
    "PATH": f"/opt/node/bin:{os.environ['PATH']}",
    "DATABRICKS_HOST": spark.conf.get("spark.databricks.workspaceUrl"),
    "DATABRICKS_PATH": http_path,
    "DATABRICKS_CATALOG": catalog,
    "DATABRICKS_SCHEMA": schema,
    "DATABRICKS_CLIENT_ID": dbutils.secrets.get(scope, "client_id"),
    "DATABRICKS_CLIENT_SECRET": dbutils.secrets.get(scope, "client_secret"),
}
here = os.path.dirname(os.path.abspath(sys.argv[0]))
# Its exit status is the task's: a failed run is retried, and the next one takes it up where it stopped.
sys.exit(subprocess.run(["playhead", "run", "--config", os.path.join(here, "playhead.config.yaml")], env=environment).returncode)
