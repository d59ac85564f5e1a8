"""Reads deploy/databricks/databricks.yml as Databricks' own package does, strictly: `asset_bundle.py <folder>`."""

import pathlib
import re
import sys

import yaml
from databricks.bundles.jobs import Job

folder = pathlib.Path(sys.argv[1])
text = (folder / "databricks.yml").read_text()
bundle = yaml.safe_load(text)
jobs = bundle["resources"]["jobs"]
assert jobs, "no job"

for name, described in jobs.items():
    Job.from_dict(described)
    # That it is strict is what the line above proves by.
    try:
        Job.from_dict({**described, "max_concurent_runs": 1})
    except ValueError:
        pass
    else:
        raise AssertionError("a key that no job has was taken")
    for task in described["tasks"]:
        program = folder / task["spark_python_task"]["python_file"]
        compile(program.read_text(), str(program), "exec")
        clusters = [one["job_cluster_key"] for one in described["job_clusters"]]
        assert task["job_cluster_key"] in clusters, f"{name}: no cluster {task['job_cluster_key']}"

named = set(re.findall(r"\$\{var\.(\w+)\}", text))
assert named == set(bundle["variables"]), f"named {sorted(named)}, declared {sorted(bundle['variables'])}"
for script in re.findall(r"\$\{workspace\.file_path\}/([\w.-]+)", text):
    assert (folder / script).is_file(), f"no file {script}"
