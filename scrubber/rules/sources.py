"""Sources that rules of several modules rest on."""

MEDICALLY_UNLIKELY_EDITS = "CMS NCCI Policy Manual 2026, chapter I; CMS MUE tables"
PROCEDURE_PAIRS = (
    "CMS NCCI procedure-to-procedure edits for practitioners; NCCI Policy Manual 2026, chapter I"
)
THERAPY_THRESHOLDS = "CMS Therapy Services page, CY2026: annual thresholds"
UNITS_FROM_MINUTES = "CMS Pub. 100-04, chapter 5, 20.2; CPT time rule"
