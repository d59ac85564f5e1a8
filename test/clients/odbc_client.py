"""Asks the SQL API through psqlODBC, with the options that BI tools set: `python odbc_client.py <port>`; the answers as JSON."""
import json
import sys
import threading
from datetime import datetime

import pyodbc

LOGIN = f"Driver=PostgreSQL Unicode;Server=127.0.0.1;Port={sys.argv[1]};Database=playhead;Uid=playhead;Pwd=playhead"
# Tableau sets UseDeclareFetch=1 and BoolsAsChar=0; the others are the driver's two ways to send parameters.
OPTIONS = {
    "plain": "",
    "declare fetch": "UseDeclareFetch=1;Fetch=100;BoolsAsChar=0",
    "server-side prepare": "UseServerSidePrepare=1",
    "client-side prepare": "UseServerSidePrepare=0",
    "declare fetch and client-side prepare": "UseDeclareFetch=1;Fetch=7;UseServerSidePrepare=0",
}


def by_device(cursor):
    cursor.execute("select device, measure(watch_time_s), measure(session_count) from sessions group by 1 order by 1")
    return [list(row) for row in cursor.fetchall()]


def in_parts(cursor):
    cursor.execute("select session_id, started_at, session_watch_time_s, is_live from sessions order by 1")
    ids, rows = [], cursor.fetchmany(64)
    types = [type(value).__name__ for value in rows[0]]
    while rows:
        ids += [row[0] for row in rows]
        rows = cursor.fetchmany(64)
    return [len(ids), ids == sorted(set(ids)), types]


def two_at_once(connection):
    first, second = connection.cursor(), connection.cursor()
    first.execute("select session_id from sessions order by 1")
    second.execute("select session_id from sessions order by 1 desc")
    ups, downs = [], []
    while True:
        up, down = first.fetchone(), second.fetchone()
        if up is None or down is None:
            return [up == down, ups == downs[::-1], len(ups)]
        ups.append(up[0])
        downs.append(down[0])


def parameters(cursor):
    sql = "select device, measure(session_count) from sessions where device = ? and started_at >= ? and session_watch_time_s > ? group by 1"
    return [list(row) for row in cursor.execute(sql, "tv", datetime(2020, 1, 1), -1.5).fetchall()]


def catalogue(cursor):
    tables = {row.table_name: row.table_type for row in cursor.tables(schema="public")}
    columns = {row.column_name: row.type_name for row in cursor.columns(table="sessions")}
    return {
        "tables": [len(tables), tables["sessions"], tables["video_performance"]],
        "columns": [columns[name] for name in ("device", "started_at", "watch_time_s", "session_count", "completed")],
        "primary keys": len(list(cursor.primaryKeys("sessions"))),
        "foreign keys": len(list(cursor.foreignKeys("sessions"))),
        "statistics": len([row for row in cursor.statistics("sessions") if row.index_name]),
        "special columns": len(list(cursor.rowIdColumns("sessions"))),
        "procedures": len(list(cursor.procedures(schema="public"))),
        "types": len(list(cursor.getTypeInfo())) > 10,
        "nothing": len(list(cursor.columns(table="no_such_table"))),
    }


def no_rows(cursor):
    cursor.execute("select * from sessions where 1 = 0")
    return [len(cursor.description) > 50, cursor.fetchall()]


def error_and_after(connection):
    cursor = connection.cursor()
    states = []
    for sql in ("select nothing from sessions", "select * from nowhere", "selec 1"):
        try:
            cursor.execute(sql)
        except pyodbc.Error as error:
            states.append(error.args[0])
            connection.rollback()
    return [states, by_device(cursor)]


def cancelled(connection):
    cursor = connection.cursor()
    said = []

    def ask():
        try:
            cursor.execute("select pg_sleep(60)").fetchall()
        except pyodbc.Error as error:
            said.append(error.args[0])

    asking = threading.Thread(target=ask)
    asking.start()
    # Asked again and again: a request that comes before the statement finds nothing to cancel.
    while asking.is_alive():
        cursor.cancel()
        asking.join(0.1)
    connection.rollback()
    return [said, by_device(connection.cursor())]


answers = {}
for name, options in OPTIONS.items():
    connection = pyodbc.connect(f"{LOGIN};{options}", autocommit=False)
    asked = {
        "by device": by_device(connection.cursor()),
        "in parts": in_parts(connection.cursor()),
        "two at once": two_at_once(connection),
        "parameters": parameters(connection.cursor()),
        "catalogue": catalogue(connection.cursor()),
        "no rows": no_rows(connection.cursor()),
        "error": error_and_after(connection),
        "cancelled": cancelled(connection),
    }
    connection.commit()
    connection.close()
    answers[name] = asked

try:
    pyodbc.connect(LOGIN.replace("Pwd=playhead", "Pwd=wrong"))
except pyodbc.Error as error:
    answers["wrong password"] = error.args[0]
print(json.dumps(answers, default=str))
