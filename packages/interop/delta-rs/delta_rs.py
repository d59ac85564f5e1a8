"""Reads and changes Delta tables with delta-rs. One command a call; what it saw goes to stdout as JSON."""
import json
import os
import sys
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
from deltalake import DeltaTable, Field, write_deltalake
from deltalake.schema import PrimitiveType

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from spelling import text  # noqa: E402


def rows(path, version=None):
    table = DeltaTable(path, version=version).to_pyarrow_table()
    return [{name: text(value) for name, value in row.items()} for row in table.to_pylist()]


def rows_at(path, instant):
    table = DeltaTable(path)
    table.load_as_version(instant)
    return table.version()


def moved_by(table, step):
    return table.set_column(0, "id", pa.array([value + step for value in table["id"].to_pylist()], pa.int64()))


BILLIONS = 4_000_000_000  # A row's id is its number times this.


def change(path, how):
    table = DeltaTable(path)
    some = table.to_pyarrow_table().sort_by("id").slice(0, 3)
    if how == "append":
        write_deltalake(path, moved_by(some, 100 * BILLIONS * (1 + table.version())), mode="append")
    elif how == "delete":
        table.delete(f"id >= {2 * BILLIONS} and id < {7 * BILLIONS}")
    elif how == "update":
        table.update(updates={"who": "'changed'"}, predicate=f"id = {8 * BILLIONS}")
    elif how == "merge":
        merge = table.merge(pa.concat_tables([some, moved_by(some, 50)]), "s.id = t.id", source_alias="s", target_alias="t")
        merge.when_matched_update_all().when_not_matched_insert_all().execute()
    elif how == "compact":
        table.optimize.compact()
    elif how == "z-order":
        table.optimize.z_order(["id"])
    elif how == "checkpoint":
        table.create_checkpoint()
    elif how == "vacuum":
        table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    elif how == "add column":
        table.alter.add_columns([Field("note", PrimitiveType("string"))])
    elif how == "restore":
        table.restore(13)
    else:
        raise ValueError(how)


def create(path):
    """Every type that delta-rs writes, nested ones too; partitions of odd letters."""
    when = datetime(1969, 12, 31, 23, 59, 59, 999999)
    wide = Decimal("1234567890123456789012345678.0123456789")
    half = {"a": [1, None], "b": {"c": "é"}}
    schema = pa.schema(
        [
            ("id", pa.int64()), ("tiny", pa.int8()), ("small", pa.int16()), ("whole", pa.int32()), ("single", pa.float32()),
            ("twice", pa.float64()), ("wide", pa.decimal128(38, 10)), ("bytes", pa.binary()), ("yes", pa.bool_()),
            ("day", pa.date32()), ("instant", pa.timestamp("us", "UTC")), ("clock", pa.timestamp("us")),
            ("nested", pa.struct([("a", pa.list_(pa.int64())), ("b", pa.struct([("c", pa.string())]))])), ("part", pa.string()),
        ]
    )
    rows = [
        [1, 1, -300, 7, 0.5, 0.1, wide, b"\x00\xff", True, date(2026, 1, 1), when, when, half, "a/b=c d%20e"],
        [2, None, None, None, None, None, None, None, None, None, None, None, None, None],
        [3, -128, 32767, -(2**31), -1.25, -0.0, -wide, b"", False, date(1, 1, 1), when, when, {"a": None, "b": None}, "é 漢"],
        [4, 0, 0, 0, 0.0, 5e-324, Decimal("0.0000000001"), b"x", None, date(9999, 12, 31), when, when, half, "it's"],
    ]
    table = pa.Table.from_pylist([dict(zip(schema.names, row)) for row in rows], schema=schema)
    write_deltalake(path, table, partition_by=["part"])
    return DeltaTable(path).version()


command, path, *rest = sys.argv[1:]
if command == "rows":
    # Paths and versions in turn; several tables in one process, for starting it costs a second.
    asked = [path, *rest]
    print(json.dumps([rows(at, int(version) if version else None) for at, version in zip(asked[::2], asked[1::2])]))
elif command == "create":
    print(json.dumps(create(path)))
elif command == "version at":
    print(json.dumps(rows_at(path, rest[0])))
else:
    change(path, rest[0])
    print(json.dumps(DeltaTable(path).version()))
sys.stdout.flush()
# The libraries' threads sometimes abort the process while Python takes itself down, after all is done.
os._exit(0)
