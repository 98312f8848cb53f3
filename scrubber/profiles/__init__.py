"""One payer's rules as data: XML checked by a schema, frozen records, selection by payer and date.

Nobody outside this package sees XML. Rules read `PayerProfile.on(date)`, a `DatedProfile` with
plain attributes.
"""

from pathlib import Path

SCHEMA_FILE = Path(__file__).with_name("profile.xsd")
