"""Asks the SQL API with the clients that Python has: `python python_clients.py <url> <name>`; the answer as JSON."""
import asyncio
import json
import sys
from datetime import datetime

import asyncpg
import pandas
import psycopg
import psycopg2
from sqlalchemy import MetaData, Table, create_engine, func, inspect, select

URL = sys.argv[1]
BY_DEVICE = "select device, measure(watch_time_s) from sessions group by 1 order by 1"


def psycopg2_parameters():
    with psycopg2.connect(URL) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select device, measure(watch_time_s) from sessions where started_at >= %s and device in %s group by 1 order by 1",
            (datetime(2020, 1, 1), ("mobile", "tv")),
        )
        return cursor.fetchall()


def psycopg2_server_cursor():
    with psycopg2.connect(URL) as connection, connection.cursor("named", scrollable=True) as cursor:
        cursor.itersize = 500
        cursor.execute("select session_id from sessions order by 1")
        first = cursor.fetchmany(5)
        cursor.scroll(-2)
        again = cursor.fetchone()
        return [again == first[3], len(first) - 1 + sum(1 for _ in cursor)]


def psycopg3_text_and_binary():
    with psycopg.connect(URL) as connection:
        return [connection.execute(BY_DEVICE, binary=binary).fetchall() for binary in (False, True)]


def psycopg3_pipeline():
    with psycopg.connect(URL) as connection, connection.pipeline():
        answers = [connection.execute(query) for query in (BY_DEVICE, "select 1", BY_DEVICE)]
        return [answer.fetchall() for answer in answers]


def psycopg3_beside_dimensions():
    with psycopg.connect(URL) as connection:
        rows = connection.execute("select device, measure(watch_time_s), max(started_at) from sessions group by 1 order by 1")
        return [row[:2] for row in rows]


def psycopg3_prepared():
    with psycopg.connect(URL, prepare_threshold=1) as connection:
        ask = "select measure(session_count) from sessions where device = %s"
        return [connection.execute(ask, (device,)).fetchone()[0] for device in ("tv", "nobody", "mobile", "tv")]


def psycopg3_server_cursor():
    with psycopg.connect(URL) as connection, connection.cursor(name="x") as cursor:
        cursor.execute("select session_id from sessions")
        return len(cursor.fetchall())


def psycopg3_error_in_transaction():
    with psycopg.connect(URL) as connection:
        states = []
        for query in ("select nothing from sessions", BY_DEVICE):
            try:
                connection.execute(query)
            except psycopg.Error as error:
                states.append(error.sqlstate)
        connection.rollback()
        return [states, connection.execute(BY_DEVICE).fetchall()]


async def ask_asyncpg():
    connection = await asyncpg.connect(URL)
    parameters = await connection.fetch(
        "select device, measure(watch_time_s) as w from sessions where started_at >= $1::timestamp group by 1 order by 1",
        datetime(2020, 1, 1),
    )
    async with connection.transaction():
        ids = [row async for row in connection.cursor("select session_id from sessions order by 1", prefetch=500)]
    statement = await connection.prepare(BY_DEVICE)
    types = [attribute.type.name for attribute in statement.get_attributes()]
    await connection.reset()
    await connection.close()
    return [[tuple(row) for row in parameters], len(ids), types]


def sqlalchemy_reflection():
    engine = create_engine(URL.replace("postgresql://", "postgresql+psycopg://"))
    inspector = inspect(engine)
    sessions = Table("sessions", MetaData(), autoload_with=engine)
    total = func.sum(sessions.c.watch_time_s)
    query = select(sessions.c.device, total).where(sessions.c.device.isnot(None)).group_by(sessions.c.device).order_by(sessions.c.device)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    comment = next(column["comment"] for column in inspector.get_columns("sessions") if column["name"] == "watch_time_s")
    return [inspector.get_table_names(), inspector.get_view_names(), str(sessions.c.started_at.type), bool(comment), rows]


def pandas_frame():
    engine = create_engine(URL.replace("postgresql://", "postgresql+psycopg2://"))
    frame = pandas.read_sql(
        "select date_trunc('day', started_at) as day, measure(watch_time_s) as w, measure(session_count) as n from sessions group by 1 order by 1",
        engine,
    )
    return [frame.dtypes.astype(str).to_dict(), int(frame.n.sum()), round(float(frame.w.sum()), 6)]


ASKED = {
    "psycopg2 parameters": psycopg2_parameters,
    "psycopg2 server cursor": psycopg2_server_cursor,
    "psycopg3 text and binary": psycopg3_text_and_binary,
    "psycopg3 pipeline": psycopg3_pipeline,
    "psycopg3 beside dimensions": psycopg3_beside_dimensions,
    "psycopg3 prepared": psycopg3_prepared,
    "psycopg3 server cursor": psycopg3_server_cursor,
    "psycopg3 error in transaction": psycopg3_error_in_transaction,
    "asyncpg": lambda: asyncio.run(ask_asyncpg()),
    "sqlalchemy": sqlalchemy_reflection,
    "pandas": pandas_frame,
}
print(json.dumps({name: ask() for name, ask in ASKED.items() if sys.argv[2] in ("all", name)}))
