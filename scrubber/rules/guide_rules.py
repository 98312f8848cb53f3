"""The catalogue of what the guide check may say: severity, status and source for each code.

The checks themselves are in the guide room; these entries give them the same pages as every
other rule.
"""

from scrubber.findings import Severity
from scrubber.rules.rule import Rule

GUIDE = "X12 005010X222A1 as transcribed by pyx12 4.0.0"
KNOWLEDGE = "knowledge of the field, without a published source"
STEDI = "Stedi claim edits and repairs (changelog 2024-2025)"
SYNTAX = "X12.5, X12.6 and X12.59 control structures and syntax"
INFO, WARN, REJECT = Severity.INFO, Severity.WARN, Severity.REJECT


def _entry(code: str, severity: Severity, status: str, source: str, doc: str) -> Rule:
    return Rule(code, severity, status, source, doc)


GUIDE_RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        _entry(
            "S101", REJECT, "A3:481", SYNTAX,
            """The file, or a part of it, cannot be read as X12.

            Why: without an ISA segment the delimiters are unknown, and nothing can be read.
            Fix: export the file again from the practice system; it is empty, truncated, zipped, or
            not an 837P.
            """,
        ),
        _entry(
            "S102", WARN, "A3:481", SYNTAX,
            """The ISA segment does not have its fixed width.

            Why: receivers find the delimiters by position in the 106 bytes of the ISA.
            Fix: the fields are padded with spaces to their width.
            """,
        ),
        _entry(
            "S103", WARN, "A3:481", SYNTAX,
            """ISA11 has no usable repetition separator.

            Why: since version 5010 this field names the character that separates repeated elements.
            Fix: a character that is used nowhere else is put there, usually ^.
            """,
        ),
        _entry(
            "S104", REJECT, "A3:481", SYNTAX,
            """A field of the ISA has a value that is not in the standard.

            Why: the receiver rejects the whole interchange with a TA1.
            Fix: correct the field in the trading partner setup.
            """,
        ),
        _entry(
            "S105", WARN, "A3:481", SYNTAX,
            """IEA02 differs from ISA13.

            Why: the receiver treats the interchange as damaged.
            Fix: the number in the ISA is copied to the IEA.
            """,
        ),
        _entry(
            "S106", WARN, "A3:481", SYNTAX,
            """IEA01 does not match the number of groups.

            Why: the receiver treats the interchange as truncated. Usually the file was edited by
            hand, but the count may be the only sign that a group was lost.
            Fix: the count is corrected, and the claims are listed as corrected. Compare them with
            the practice system. --isolate transaction, or a profile for the claims' payer, makes
            this a reject.
            """,
        ),
        _entry(
            "S107", WARN, "A3:481", SYNTAX,
            """GE01 does not match the number of transaction sets.

            Why: the receiver treats the group as truncated. Usually the file was edited by hand,
            but the count may be the only sign that a transaction set was lost.
            Fix: the count is corrected, and the claims are listed as corrected. Compare them with
            the practice system. --isolate transaction, or a profile for the claims' payer, makes
            this a reject.
            """,
        ),
        _entry(
            "S108", WARN, "A3:481", SYNTAX,
            """GE02 differs from GS06.

            Why: the receiver treats the group as damaged.
            Fix: the number in the GS is copied to the GE.
            """,
        ),
        _entry(
            "S109", REJECT, "A3:481", SYNTAX,
            """A field of the GS segment is wrong.

            Why: the receiver rejects the functional group.
            Fix: correct the field in the trading partner setup.
            """,
        ),
        _entry(
            "S110", WARN, "A3:481", SYNTAX,
            """SE01 does not match the number of segments.

            Why: the receiver treats the transaction set as truncated. Usually the file was edited
            by hand, but the count may be the only sign that a segment was lost.
            Fix: the count is corrected, and the claims are listed as corrected. Compare them with
            the practice system. --isolate transaction, or a profile for the claims' payer, makes
            this a reject.
            """,
        ),
        _entry(
            "S111", WARN, "A3:481", SYNTAX,
            """SE02 differs from ST02.

            Why: the receiver treats the transaction set as damaged.
            Fix: the number in the ST is copied to the SE.
            """,
        ),
        _entry(
            "S112", REJECT, "A3:481", SYNTAX,
            """An envelope segment is missing or in the wrong place.

            Why: every ISA, GS and ST needs its IEA, GE and SE; a file that ends early was
            truncated.
            Fix: send the complete file again. What could be read was scrubbed.
            """,
        ),
        _entry(
            "S113", REJECT, "A3:481", GUIDE,
            """A group or transaction set that is not an 837P.

            Why: this scrubber reads professional claims (005010X222A1); institutional, dental and
            post-adjudicated claims, other versions and other transactions are skipped.
            Fix: send them to the system meant for them; nothing in them was checked.
            """,
        ),
        _entry(
            "S114", REJECT, "A7:481", GUIDE,
            """A segment that does not exist in an 837P.

            Why: the receiver rejects the claim or the whole transaction set.
            Fix: remove the segment, or check whether its name is damaged.
            """,
        ),
        _entry(
            "S115", WARN, "A7:481", SYNTAX,
            """Empty segments: two terminators in a row, or more.

            Why: many receivers stop reading there.
            Fix: the empty segments are removed, all that follow each other in one repair.
            """,
        ),
        _entry(
            "S116", WARN, "A7:481", SYNTAX,
            """Separators at the end of a segment with nothing after them.

            Why: X12 requires that they be left out; some receivers reject them.
            Fix: they are removed.
            """,
        ),
        _entry(
            "S117", REJECT, "A7:511+481", SYNTAX,
            """A character that is not allowed.

            Why: control characters, and punctuation in codes, make the element unreadable.
            Fix: type the value again without them.
            """,
        ),
        _entry(
            "S118", REJECT, "A7:481", SYNTAX,
            """Not a number.

            Why: amounts and counts contain only digits, a leading minus and a decimal point.
            Fix: remove currency signs, commas and spaces.
            """,
        ),
        _entry(
            "S119", REJECT, "A7:512+481", SYNTAX,
            """A value that is too short or too long.

            Why: the receiver's fields have limited lengths.
            Fix: correct or shorten the value.
            """,
        ),
        _entry(
            "S120", REJECT, "A7:481", SYNTAX,
            """Not a real date or time, or a range that ends before it begins.

            Why: the receiver cannot tell when the service took place.
            Fix: correct the date.
            """,
        ),
        _entry(
            "S121", REJECT, "A7:481", SYNTAX,
            """Elements that must be used together are incomplete, or exclude each other.

            Why: one means nothing without the other, such as a qualifier without its value.
            Fix: fill in the missing element or remove the other.
            """,
        ),
        _entry(
            "S122", REJECT, "A7:481", SYNTAX,
            """More elements or components than the segment has.

            Why: the receiver does not know what the extra ones mean.
            Fix: remove the extra ones, or check for a delimiter inside a value.
            """,
        ),
        _entry(
            "S123", REJECT, "A7:481", GUIDE,
            """A repetition separator in an element that does not repeat.

            Why: the receiver reads two values where one is expected.
            Fix: remove the character from the value.
            """,
        ),
        _entry(
            "S124", REJECT, "A7:481", GUIDE,
            """HL numbers that do not show which level belongs under which.

            Why: the claim could be filed under the wrong provider or subscriber.
            Fix: export the file again; the practice system assigns these numbers.
            """,
        ),
        _entry(
            "S125", WARN, "A7:481", GUIDE,
            """HL or LX numbers out of sequence.

            Why: they count 1, 2, 3; receivers reject gaps.
            Fix: they are renumbered.
            """,
        ),
        _entry(
            "S126", WARN, "A7:481", SYNTAX,
            """Spaces around a value.

            Why: X12 requires that they be left out; a member ID with a space is not found.
            Fix: they are removed.
            """,
        ),
        _entry(
            "S127", REJECT, "A3:481", SYNTAX,
            """A part of the file is too large to be a claim.

            Why: no end of a segment or claim was found within the size limit.
            Fix: the file is damaged or not an 837P; export it again.
            """,
        ),
        _entry(
            "S128", WARN, "A7:481", SYNTAX,
            """A code in lowercase.

            Why: codes are written in uppercase; receivers compare them exactly.
            Fix: the code is changed to uppercase.
            """,
        ),
        _entry(
            "S129", REJECT, "A3:481", SYNTAX,
            """The file ends in the middle of a segment.

            Why: it was truncated; the rest is lost.
            Fix: send the complete file again. The claim that was cut off is rejected.
            """,
        ),
        _entry(
            "S130", WARN, "A3:481", SYNTAX,
            """A control number used twice.

            Why: receivers reject the second one as a duplicate, and acknowledgments cannot tell the
            two apart.
            Fix: the second one gets its own number; nothing else in it changes. Have the practice
            system number every interchange, group and transaction set.
            """,
        ),
        _entry(
            "S131", WARN, "A3:481", SYNTAX,
            """Text outside any interchange.

            Why: it belongs to no claim, and receivers may reject the file.
            Fix: remove it; it is not copied to the corrected file. Spaces, empty lines and the byte
            order mark that some editors put at the start are removed.
            """,
        ),
        _entry(
            "S132", WARN, "A3:481", SYNTAX,
            """The last segment of a file or interchange lacks its terminator.

            Why: receivers that read up to the terminator miss the end of the file, or the
            interchange that follows.
            Fix: the terminator is added. Have the practice system end every segment with it.
            """,
        ),
        _entry(
            "S133", WARN, "A3:481", SYNTAX,
            """The envelope has a date in the future.

            Why: receivers reject files dated after the day they arrive.
            Fix: check the clock of the practice system, or the date of the run (--as-of).
            """,
        ),
        _entry(
            "S134", REJECT, "A7:481", SYNTAX,
            """Components are separated by a different character than ISA16 names.

            Why: the receiver reads the whole composite as its first component.
            Fix: set ISA16 to the character in use, or export with the one ISA16 names.
            """,
        ),
        _entry(
            "S135", WARN, "A3:481", KNOWLEDGE,
            """More claims in one transaction set than the guide recommends.

            Why: receivers may accept no more than 5,000, and one error can hold up all of them.
            Fix: send the claims in several transaction sets.
            """,
        ),
        _entry(
            "S136", REJECT, "A7:481", SYNTAX,
            """Too many errors in one claim, level or file to list them all.

            Why: the file is damaged, or written by a system that misunderstands the format.
            Fix: correct the cause of the errors that are listed, and send the file again.
            """,
        ),
        _entry(
            "S137", INFO, "", GUIDE,
            """A group or interchange without claims.

            Why: acknowledgments (TA1, 999, 277), remittance advice (835), eligibility (270, 271)
            and the like are not claims; the claims beside them are scrubbed as usual.
            Fix: nothing. What you need from it, read with the program meant for it.
            """,
        ),
        _entry(
            "S138", REJECT, "A3:481", f"45 CFR 162.1102; {GUIDE}",
            """The guide version is not the one adopted under HIPAA.

            Why: payers accept professional claims only as 005010X222A1; 005010X222 alone is the
            guide without its addenda, and no other addenda were adopted.
            Fix: with your consent the version is changed to the adopted one; the claims were
            checked against it. Correct the setup of the practice system.
            """,
        ),
        _entry(
            "S139", REJECT, "A7:481", GUIDE,
            """The claim is institutional or dental.

            Why: its lines use segments of another guide (SV2 institutional, SV3 dental); a receiver
            of professional claims cannot read them.
            Fix: send the claim as what it is (837I, 837D), or bill professional services (SV1).
            """,
        ),
        _entry(
            "S141", INFO, "", GUIDE,
            """A claim with too many lines or other payers was not checked in full.

            Why: the guide rejects it, and the rules are not meant for such a claim.
            Fix: move the excess to another claim; then every rule is applied.
            """,
        ),
        _entry(
            "S145", WARN, "A7:481", SYNTAX,
            """Spaces, tabs or line breaks outside any value.

            Why: between a terminator and the next segment only a line end is allowed, and nothing
            between the name of a segment and its first separator; many receivers read anything
            else as part of the segment, or stop reading there.
            Fix: they are removed. So are the line breaks of a transfer that cut the text into
            records of one length, even inside values: nothing else could have been there.
            """,
        ),
        _entry(
            "S146", REJECT, "A7:511+481", SYNTAX,
            """A line break inside a value.

            Why: it may stand for a space, another character or nothing; there is no way to tell,
            and the receiver rejects it as a control character.
            Fix: correct the value in the practice system. Keep notes on one line.
            """,
        ),
        _entry(
            "S147", WARN, "A3:481", SYNTAX,
            """ISA16 does not name the component separator that the text uses.

            Why: it is missing, blank or cannot be a separator; receivers use whatever is there.
            Fix: the separator found in diagnoses, procedures and places of service is put there, if
            they all use the same one.
            """,
        ),
        _entry(
            "S148", WARN, "A7:511+481", SYNTAX,
            """Typographic characters in place of plain ones.

            Why: nonbreaking spaces, zero-width characters, soft hyphens and curly quotation marks
            come with text pasted from a web page or a word processor. Receivers reject them, and a
            name with one of them matches nothing.
            Fix: they are replaced with plain characters, or removed if they are invisible.
            """,
        ),
        _entry(
            "S201", REJECT, "A6:481", GUIDE,
            """A required loop is missing.

            Why: the claim cannot be processed without it.
            Fix: supply the missing provider, person or service.
            """,
        ),
        _entry(
            "S202", REJECT, "A6:481", GUIDE,
            """A required segment is missing.

            Why: the claim cannot be processed without it.
            Fix: supply the missing information.
            """,
        ),
        _entry(
            "S203", REJECT, "A6:481", GUIDE,
            """A required element is empty.

            Why: the claim cannot be processed without it.
            Fix: supply the value.
            """,
        ),
        _entry(
            "S204", REJECT, "A7:481", GUIDE,
            """A loop appears more often than allowed.

            Why: receivers have room for a limited number, 50 service lines for example.
            Fix: split the claim or remove the excess.
            """,
        ),
        _entry(
            "S205", REJECT, "A7:481", GUIDE,
            """A segment appears more often than allowed.

            Why: the receiver does not know which one counts.
            Fix: remove the excess.
            """,
        ),
        _entry(
            "S206", REJECT, "A7:481", GUIDE,
            """An element that is not used in professional claims has a value.

            Why: the receiver rejects values in elements that the guide does not use.
            Fix: remove the value.
            """,
        ),
        _entry(
            "S207", REJECT, "A7:481", GUIDE,
            """A segment in the wrong place.

            Why: a segment has a meaning only in its loop and order.
            Fix: move it to its place, or look for the missing segment that starts its loop.
            """,
        ),
        _entry(
            "S208", REJECT, "A7:481", GUIDE,
            """A code or qualifier that the guide does not list for this element.

            Why: the receiver cannot interpret the element.
            Fix: use one of the codes listed.
            """,
        ),
        _entry(
            "S209", WARN, "A7:481", GUIDE,
            """HL04 does not show whether a level follows below.

            Why: receivers look for a dependent that is not there, or miss one that is.
            Fix: the code is corrected.
            """,
        ),
        _entry(
            "S210", REJECT, "A7:481", GUIDE,
            """A level of the hierarchy is missing or out of place.

            Why: a claim belongs under a patient or subscriber, which belongs under a billing
            provider.
            Fix: export the file again; the practice system builds the levels.
            """,
        ),
        _entry(
            "S211", WARN, "A7:481", GUIDE,
            """ST03 does not match GS08.

            Why: both name the version of the guide and must agree.
            Fix: GS08 is copied to ST03. A transaction set of another kind of claim is left as it is
            (S113).
            """,
        ),
        _entry(
            "S212", WARN, "A7:481", SYNTAX,
            """A date written with separators.

            Why: X12 carries dates as eight digits, year first.
            Fix: the hyphens, slashes or dots are removed.
            """,
        ),
        _entry(
            "S213", WARN, "A7:481", GUIDE,
            """A subscriber with neither a claim nor a patient.

            Why: nothing is billed under it; a claim may have been lost.
            Fix: look for the claim in the practice system, or leave out the subscriber.
            """,
        ),
        _entry(
            "S214", REJECT, "A3:481", GUIDE,
            """Another part of the same transaction set violates the guide.

            Why: with --isolate transaction a transaction set is accepted or rejected as a whole, as
            by receivers whose 999 answers for sets and not for claims.
            Fix: correct the claim that is named and send the set again; this claim needs no change.
            """,
        ),
        _entry(
            "S215", REJECT, "A6:481", GUIDE,
            """A transaction set, group or interchange without a claim.

            Why: nothing in it can be billed; the claims that should be in it are missing.
            Fix: look for the claims in the practice system and export the file again; if none were
            due, leave it out. Acknowledgments are not claims and are read separately.
            """,
        ),
        _entry(
            "S217", REJECT, "A7:476", f"{STEDI} on negative unit counts",
            """Units below zero.

            Why: a claim bills services that were provided; corrections use frequency 7 or 8.
            Fix: bill the units that were provided.
            """,
        ),
        _entry(
            "S219", WARN, "A7:481", f"{STEDI} on patient control numbers; BHT03: KNOWLEDGE",
            """An identifier longer than receivers keep.

            Why: acknowledgments and payments return it cut off, and it cannot be matched.
            Fix: use numbers of up to 20 characters for claims, 30 for batches.
            """,
        ),
        _entry(
            "S226", WARN, "A7:697+178", GUIDE,
            """An amount of more than eight digits, or a number with too many decimals.

            Why: receivers keep eight digits of dollars, two decimals of an amount and three of a
            unit.
            Fix: correct the number. Zeros at its end are removed.
            """,
        ),
        _entry(
            "S228", REJECT, "A7:697+178",
            f"X12 request for interpretation 1526: dollars are precise to the cent; {GUIDE}",
            """An amount with a fraction of a cent.

            Why: amounts are dollars and cents; receivers reject or round anything else.
            Fix: correct the amount. If a program computes charges, have it round to cents.
            """,
        ),
        _entry(
            "S227", WARN, "A7:521", GUIDE,
            """Adjustments with an empty position between them.

            Why: reason, amount and quantity form groups of three, filled from the left.
            Fix: move the adjustment to the first empty position.
            """,
        ),
    )
}  # fmt: skip
