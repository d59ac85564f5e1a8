"""Reads and changes Delta tables with delta-rs. One command a call; what it saw goes to stdout as JSON."""
import json
import os
import sys
from datetime import timezone

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake


def text(value):
    """A value as the suite compares it: instants in microseconds since 1970, days as text."""
    if hasattr(value, "timestamp"):
        moment = value.astimezone(timezone.utc)
        seconds = int((moment.replace(microsecond=0)).timestamp())
        return seconds * 1_000_000 + moment.microsecond
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def rows(path, version=None):
    table = DeltaTable(path, version=version).to_pyarrow_table().sort_by("id")
    return [{name: text(value) for name, value in row.items()} for row in table.to_pylist()]


def moved_by(table, step):
    return table.set_column(0, "id", pa.array([value + step for value in table["id"].to_pylist()], pa.int64()))


def change(path, how):
    table = DeltaTable(path)
    some = table.to_pyarrow_table().sort_by("id").slice(0, 3)
    if how == "append":
        write_deltalake(path, moved_by(some, 100 * (1 + table.version())), mode="append")
    elif how == "delete":
        table.delete("id >= 2 and id < 5")
    elif how == "update":
        table.update(updates={"who": "'changed'"}, predicate="id = 6")
    elif how == "merge":
        merge = table.merge(pa.concat_tables([some, moved_by(some, 50)]), "s.id = t.id", source_alias="s", target_alias="t")
        merge.when_matched_update_all().when_not_matched_insert_all().execute()
    elif how == "compact":
        table.optimize.compact()
    elif how == "checkpoint":
        table.create_checkpoint()
    elif how == "restore":
        table.restore(0)
    else:
        raise ValueError(how)


command, path, *rest = sys.argv[1:]
if command == "rows":
    print(json.dumps(rows(path, int(rest[0]) if rest else None)))
else:
    change(path, rest[0])
    print(json.dumps(DeltaTable(path).version()))
sys.stdout.flush()
# The libraries' threads sometimes abort the process while Python takes itself down, after all is done.
os._exit(0)
