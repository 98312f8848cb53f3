"""The tables of an AnswerStore, and its database."""

import sqlite3

_PAGES_IN_MEMORY = "-65536"
_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE sent (id INTEGER PRIMARY KEY, number TEXT, cut TEXT, replaces TEXT, member BLOB,
    digest BLOB, file TEXT, byte INTEGER, claim BLOB, judged BLOB);
CREATE TABLE payments (id INTEGER PRIMARY KEY, digest BLOB, paid_on TEXT, trace TEXT,
    payment BLOB);
CREATE TABLE answers (id INTEGER PRIMARY KEY, payment INTEGER, number TEXT, status TEXT,
    payer_claim TEXT, replaces TEXT, charge TEXT, paid TEXT, answer BLOB,
    state TEXT, state_on TEXT, sent INTEGER, level TEXT, reason TEXT);
CREATE TABLE statuses (id INTEGER PRIMARY KEY, number TEXT, payer_claim TEXT, digest BLOB,
    status BLOB, sent INTEGER, level TEXT, reason TEXT);
CREATE TABLE provider (id INTEGER PRIMARY KEY, payment INTEGER, reference TEXT, adjustment BLOB);
CREATE INDEX sent_digest ON sent (digest);
CREATE INDEX payment_digest ON payments (digest);
CREATE INDEX status_digest ON statuses (digest);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS sent_number ON sent (number);
CREATE INDEX IF NOT EXISTS sent_cut ON sent (cut) WHERE cut IS NOT NULL;
CREATE INDEX IF NOT EXISTS sent_replaces ON sent (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX IF NOT EXISTS sent_member ON sent (member);
CREATE INDEX IF NOT EXISTS status_number ON statuses (payer_claim) WHERE payer_claim != '';
CREATE INDEX IF NOT EXISTS answer_number ON answers (number);
CREATE INDEX IF NOT EXISTS answer_payer_claim ON answers (payer_claim);
"""
"""Made when all is taken, as that is faster."""


def opened_database() -> sqlite3.Connection:
    """A database without a name, which the system takes away when the process ends."""
    database = sqlite3.connect("", isolation_level=None)
    database.execute(f"PRAGMA cache_size = {_PAGES_IN_MEMORY}")
    database.executescript(_TABLES)
    return database
