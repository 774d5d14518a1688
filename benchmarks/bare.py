"""The bare pipeline: claim → packet → record, with nothing that a product needs.

    python -m benchmarks.bare DATABASE_URL PROVIDER_URL

The same libraries as the product (psycopg, requests, lxml), durable like the product:
fifty rows are claimed, committed, sent in one packet and recorded in one statement. No
checks, no pace, no log, no Django. Two processes of four threads are what the product
is held against.
"""

import secrets
import sys
from threading import Thread
from typing import Any

import psycopg
import requests
from lxml import etree

AT_A_TIME, THREADS = 50, 4

TABLE = """
    CREATE TABLE bare_text (
        id bigserial PRIMARY KEY, status smallint NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT now(), attempt smallint NOT NULL DEFAULT 0,
        lease_until timestamptz, client_id text NOT NULL DEFAULT '',
        provider_id text NOT NULL DEFAULT '', sender text NOT NULL,
        recipient text NOT NULL, body text NOT NULL)
"""
INDEX = "CREATE INDEX bare_due ON bare_text (due_at) WHERE status = 0"
CLAIM = """
    UPDATE bare_text SET status = 1, attempt = attempt + 1,
        lease_until = now() + interval '60 s',
        client_id = replace(gen_random_uuid()::text, '-', '')
    WHERE id IN (
        SELECT id FROM bare_text WHERE status = 0 AND due_at <= now()
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
    RETURNING id, client_id, sender, recipient, body
"""
RECORD = """
    UPDATE bare_text AS t SET status = 2, provider_id = taken.provider_id
    FROM unnest(%s::bigint[], %s::text[]) AS taken(id, provider_id)
    WHERE t.id = taken.id AND t.status = 1
"""


RECORDED = "SELECT count(*) FROM bare_text WHERE status = 2"
BODY = "Clinic: Maya, you have a visit Thu Mar 5 at 10:30 AM. Reply C to confirm."


def fill(database: psycopg.Connection[Any], texts: int) -> None:
    """Make the table anew, with so many texts that are due."""
    database.execute("DROP TABLE IF EXISTS bare_text")
    database.execute(TABLE)
    database.execute(INDEX)
    database.execute(
        "INSERT INTO bare_text (sender, recipient, body)"
        " SELECT (2000000000 + n)::text, (3000000000 + n)::text, %s"
        " FROM generate_series(1, %s) AS n",
        [BODY, texts],
    )
    database.execute("VACUUM ANALYZE bare_text")


def packet_of(rows: list[tuple[int, str, str, str, str]]) -> bytes:
    """Write one packet."""
    root = etree.Element("clickAPI")
    for _pk, client_id, sender, recipient, body in rows:
        text = etree.SubElement(root, "sendMsg")
        for name, value in (
            ("api_id", "3000000"),
            ("user", "bare"),
            ("password", secrets.token_hex(8)),
            ("to", recipient),
            ("from", sender),
            ("mo", "1"),
            ("callback", "3"),
            ("concat", "1"),
            ("cliMsgId", client_id),
            ("text", body),
            ("sequence_no", client_id),
        ):
            etree.SubElement(text, name).text = value
    return etree.tostring(root)


def drain(database: str, provider: str) -> None:
    """Claim, send and record until nothing is left."""
    session = requests.Session()
    session.trust_env = False
    with psycopg.connect(database, autocommit=True) as connection:
        while True:
            rows = connection.execute(CLAIM, [AT_A_TIME]).fetchall()
            if not rows:
                return
            answer = session.post(provider, data={"data": packet_of(rows)}, timeout=30)
            keys = {row[1]: row[0] for row in rows}
            taken = [
                (keys[each.findtext("sequence_no") or ""], each.findtext("apiMsgId"))
                for each in etree.fromstring(answer.content)
            ]
            connection.execute(RECORD, [*map(list, zip(*taken, strict=True))])


if __name__ == "__main__":
    threads = [Thread(target=drain, args=sys.argv[1:3]) for _each in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
