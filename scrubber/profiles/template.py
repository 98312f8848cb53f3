"""A profile to begin with: everything explained, nothing claimed yet."""

import re

from scrubber.profiles.errors import Fault, ProfileError

_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")

_TEMPLATE = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-model href="profile.xsd" type="application/xml" schematypens="http://www.w3.org/2001/XMLSchema"?>
<!-- Rules of one payer. Every statement says where it comes from:

       source      the document, with section and date. The word KNOWLEDGE in it means that nobody
                   can point to a document: such a statement warns and never rejects.
       confidence  high, medium or low; low never rejects.
       evidence    official-text or official-page, which may reject; secondary or knowledge.
       lines       the lines of business it holds for, where the profile is for several.
       from, to    first and last date of service it holds for; leave out what is not known.
       condition   in words, where it holds only for what a claim does not show; then it warns.
       note        anything people should know.

     Take out the comment marks around what you need and change the values. A statement replaces
     the one of the same name (and id) in the profile named in based-on.
     Then: scrubber profile check FILE, and scrubber profile show {id}. An editor that knows XML
     helps with every name and value: scrubber profile schema > profile.xsd beside this file. -->
<payer-profile schema="1" id="{id}" name="{id}" type="commercial" version="1" based-on="default">

  <!-- How claims are recognized; without it the profile is chosen for no claim. -->
  <!--
  <matches>
    <payer-id is="{payer_id}" source="Enrollment letter, 2026-01-15" confidence="high"/>
    <payer-name like="Example Health Plan*" states="NY NJ" source="Member card" confidence="high"/>
  </matches>
  -->

  <!-- GP, GO or GN on therapy codes; CQ and CO for assistants. -->
  <!--
  <discipline-modifier always-codes="required" sometimes-codes="optional"
      source="Provider manual 2026, page 12" confidence="high"/>
  <assistant-modifiers used="yes" pays-percent="85" source="Provider manual 2026, page 12"
      confidence="high"/>
  -->

  <!-- How minutes become units: cms8, spm or none. -->
  <!--
  <unit-counting method="cms8" source="Provider manual 2026, page 13" confidence="high"/>
  -->

  <!-- The most units of a day. -->
  <!--
  <daily-limit id="timed" most="4" codes="timed" per="discipline" from="2026-01-01"
      source="Policy update, 2025-11-01" confidence="medium"/>
  -->

  <!-- Pairs of codes, and codes that are not paid. -->
  <!--
  <pair-edits table="medicare" opened-by="59 XE XS XP XU" source="Provider manual 2026, page 20"
      confidence="high"/>
  <replacement code="97014" use="G0283" source="Provider manual 2026, page 21" confidence="high"/>
  <not-payable id="not-covered" codes="20560 20561" because="not-covered"
      source="Policy on dry needling, 2025" confidence="high"/>
  -->

  <!-- What the claim must carry, and how soon it must come. -->
  <!--
  <authorization id="prior" codes="therapy" qualifiers="G1" source="Provider manual 2026, page 30"
      confidence="high"/>
  <participation is="yes" source="Contract of 2026-01-01" confidence="high"/>
  <timely-filing within="90 days" participating="yes" source="Contract, section 4"
      confidence="high"/>
  -->

  <!-- One rule, milder or stricter than usual; standing consent to its corrections. -->
  <!--
  <rule code="S601">
    <severity is="warn" reason="The payer pays without it until 2026-06-30" to="2026-06-30"
        source="Notice of 2026-01-02" confidence="high"/>
    <fix-consent given="yes" reason="All our therapists work in one discipline"
        source="Compliance officer, 2026-01-05" confidence="high"/>
  </rule>
  -->

</payer-profile>
"""


def new_profile(profile_id: str) -> str:
    """The text of a commented profile with that id, which loads as it is.

    Raises ProfileError for an id that is not small letters, digits and underscores.
    """
    if not _ID.fullmatch(profile_id):
        expected = "lowercase letters, digits and _, starting with a letter"
        raise ProfileError([Fault("new profile", 1, f"the id {profile_id!r}", expected)])
    return _TEMPLATE.format(id=profile_id, payer_id=profile_id.upper().replace("_", "-")[:40] + "1")
