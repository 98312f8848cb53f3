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

            Why: without an ISA segment that tells its delimiters nothing can be told apart.
            Fix: export the file again from the practice system; it is empty, cut off, packed or no
            837P.
            """,
        ),
        _entry(
            "S102", WARN, "A3:481", SYNTAX,
            """The ISA segment does not have its fixed width.

            Why: receivers find the delimiters by position in the 106 bytes of the ISA.
            Fix: fields are padded with blanks to their width.
            """,
        ),
        _entry(
            "S103", WARN, "A3:481", SYNTAX,
            """ISA11 holds no usable repetition separator.

            Why: since version 5010 it names the character that separates repeated elements.
            Fix: a character is put there that stands nowhere else, usually ^.
            """,
        ),
        _entry(
            "S104", REJECT, "A3:481", SYNTAX,
            """A field of the ISA holds a value the standard does not know.

            Why: the receiver rejects the whole interchange with a TA1.
            Fix: correct the field in the trading partner set-up.
            """,
        ),
        _entry(
            "S105", WARN, "A3:481", SYNTAX,
            """IEA02 differs from ISA13.

            Why: the receiver takes the interchange for damaged.
            Fix: the number of the ISA is repeated in the IEA.
            """,
        ),
        _entry(
            "S106", WARN, "A3:481", SYNTAX,
            """IEA01 does not give the number of groups.

            Why: the receiver takes the interchange for cut off. Mostly it was edited by
            hand, but the count can be the only witness of a group that was lost.
            Fix: the count is corrected, and so are the claims in it. Compare them with the practice
            system. --isolate transaction, or a profile for its claims, makes it a reject.
            """,
        ),
        _entry(
            "S107", WARN, "A3:481", SYNTAX,
            """GE01 does not give the number of transaction sets.

            Why: the receiver takes the group for cut off. Mostly it was edited by
            hand, but the count can be the only witness of a transaction set that was lost.
            Fix: the count is corrected, and so are the claims in it. Compare them with the practice
            system. --isolate transaction, or a profile for its claims, makes it a reject.
            """,
        ),
        _entry(
            "S108", WARN, "A3:481", SYNTAX,
            """GE02 differs from GS06.

            Why: the receiver takes the group for damaged.
            Fix: the number of the GS is repeated in the GE.
            """,
        ),
        _entry(
            "S109", REJECT, "A3:481", SYNTAX,
            """A field of the GS segment is wrong.

            Why: the receiver rejects the functional group.
            Fix: correct the field in the trading partner set-up.
            """,
        ),
        _entry(
            "S110", WARN, "A3:481", SYNTAX,
            """SE01 does not give the number of segments.

            Why: the receiver takes the transaction set for cut off. Mostly it was edited by
            hand, but the count can be the only witness of a segment that was lost.
            Fix: the count is corrected, and so are the claims in it. Compare them with the practice
            system. --isolate transaction, or a profile for its claims, makes it a reject.
            """,
        ),
        _entry(
            "S111", WARN, "A3:481", SYNTAX,
            """SE02 differs from ST02.

            Why: the receiver takes the transaction set for damaged.
            Fix: the number of the ST is repeated in the SE.
            """,
        ),
        _entry(
            "S112", REJECT, "A3:481", SYNTAX,
            """An envelope segment is missing or stands in the wrong place.

            Why: every ISA, GS and ST needs its IEA, GE and SE; a file that ends early was cut off.
            Fix: send the file again whole. What could be read was scrubbed.
            """,
        ),
        _entry(
            "S113", REJECT, "A3:481", GUIDE,
            """A group or transaction set that is no 837P.

            Why: this scrubber reads professional claims (005010X222A1); institutional, dental and
            post-adjudicated claims, other versions and other transactions are skipped.
            Fix: send them where they belong; nothing in them was checked.
            """,
        ),
        _entry(
            "S114", REJECT, "A7:481", GUIDE,
            """A segment that no 837P knows.

            Why: the receiver rejects the claim or the whole transaction set.
            Fix: remove the segment, or look for a damaged segment name.
            """,
        ),
        _entry(
            "S115", WARN, "A7:481", SYNTAX,
            """An empty segment: two terminators in a row.

            Why: many receivers stop reading there.
            Fix: the empty segment is removed.
            """,
        ),
        _entry(
            "S116", WARN, "A7:481", SYNTAX,
            """Separators at the end that separate nothing.

            Why: X12 wants them left out; some receivers refuse them.
            Fix: they are removed.
            """,
        ),
        _entry(
            "S117", REJECT, "A7:511+481", SYNTAX,
            """A character that may not stand there.

            Why: control characters, and signs in codes, make the element unreadable.
            Fix: type the value again without them.
            """,
        ),
        _entry(
            "S118", REJECT, "A7:481", SYNTAX,
            """Not a number.

            Why: amounts and counts hold digits, a leading minus and a decimal point only.
            Fix: remove currency signs, commas and blanks.
            """,
        ),
        _entry(
            "S119", REJECT, "A7:512+481", SYNTAX,
            """A value shorter or longer than allowed.

            Why: the receiver's fields have fixed lengths.
            Fix: correct or shorten the value.
            """,
        ),
        _entry(
            "S120", REJECT, "A7:481", SYNTAX,
            """Not a real date or time, or a range that ends before it begins.

            Why: the receiver cannot place the service in time.
            Fix: correct the date.
            """,
        ),
        _entry(
            "S121", REJECT, "A7:481", SYNTAX,
            """Elements that go together are not all there, or exclude each other.

            Why: one says nothing without the other, such as a qualifier without its value.
            Fix: fill the missing one or remove the lone one.
            """,
        ),
        _entry(
            "S122", REJECT, "A7:481", SYNTAX,
            """More elements or components than the segment has.

            Why: the receiver does not know what the surplus means.
            Fix: remove the surplus, or look for a delimiter inside a value.
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
            """HL numbers that do not tell which level belongs under which.

            Why: the claim could be filed under the wrong provider or subscriber.
            Fix: export the file again; the numbers are made by the practice system.
            """,
        ),
        _entry(
            "S125", WARN, "A7:481", GUIDE,
            """HL or LX numbers out of sequence.

            Why: they count 1, 2, 3; receivers refuse gaps.
            Fix: they are numbered anew.
            """,
        ),
        _entry(
            "S126", WARN, "A7:481", SYNTAX,
            """Blanks around a value.

            Why: X12 wants them left out; a member id with a blank is not found.
            Fix: they are removed.
            """,
        ),
        _entry(
            "S127", REJECT, "A3:481", SYNTAX,
            """A part of the file is too large to be a claim.

            Why: no end of a segment or claim was found for a very long time.
            Fix: the file is damaged or no 837P; export it again.
            """,
        ),
        _entry(
            "S128", WARN, "A7:481", SYNTAX,
            """A code in lower case.

            Why: codes are written in capitals; receivers compare them exactly.
            Fix: the code is written in capitals.
            """,
        ),
        _entry(
            "S129", REJECT, "A3:481", SYNTAX,
            """The file ends in the middle of a segment.

            Why: it was cut off; what followed is lost.
            Fix: send the file again whole. The claim that was cut is rejected.
            """,
        ),
        _entry(
            "S130", WARN, "A3:481", SYNTAX,
            """A control number used twice.

            Why: receivers reject the second one as a duplicate, and acknowledgments cannot tell the
            two apart.
            Fix: the second one gets a number of its own; nothing in it changes. Have the practice
            system number every interchange, group and transaction set.
            """,
        ),
        _entry(
            "S131", WARN, "A3:481", SYNTAX,
            """Text outside any interchange.

            Why: it belongs to no claim and receivers may refuse the file.
            Fix: remove it; it is not carried into the corrected file. Blanks, empty lines and the
            byte order mark that some editors put in front are taken out.
            """,
        ),
        _entry(
            "S132", WARN, "A3:481", SYNTAX,
            """The last segment of a file or interchange lacks its terminator.

            Why: receivers that read up to the terminator miss the end of the file, or the
            interchange that follows.
            Fix: the terminator is put in. Have the practice system end every segment with it.
            """,
        ),
        _entry(
            "S133", WARN, "A3:481", SYNTAX,
            """The envelope bears a date in the future.

            Why: receivers refuse files dated after the day they arrive.
            Fix: check the clock of the practice system, or the day of the run (--as-of).
            """,
        ),
        _entry(
            "S134", REJECT, "A7:481", SYNTAX,
            """Components are separated by another character than ISA16 says.

            Why: the receiver takes the whole composite for its first component.
            Fix: set ISA16 to the character in use, or export with the one ISA16 names.
            """,
        ),
        _entry(
            "S135", WARN, "A3:481", KNOWLEDGE,
            """More claims in one transaction set than the guide recommends.

            Why: receivers may take no more than 5,000, and one fault can hold up all.
            Fix: send the claims in several transaction sets.
            """,
        ),
        _entry(
            "S136", REJECT, "A7:481", SYNTAX,
            """So many faults in one claim, level or file that the rest is not listed.

            Why: the file is damaged, or written by a system that misunderstands the format.
            Fix: correct the cause of the faults that are listed, and send the file again.
            """,
        ),
        _entry(
            "S137", INFO, "", GUIDE,
            """A group or interchange that holds no claims.

            Why: acknowledgments (TA1, 999, 277), remittance advice (835), eligibility (270, 271)
            and the like are no claims; those beside them are scrubbed as ever.
            Fix: nothing. Where it is to be read, read it with the program meant for it.
            """,
        ),
        _entry(
            "S138", REJECT, "A3:481", f"45 CFR 162.1102; {GUIDE}",
            """The version of the guide is not the one adopted under HIPAA.

            Why: payers take professional claims of 005010X222A1 only; 005010X222 alone is the guide
            without its addenda, and no other addenda were adopted.
            Fix: with your consent the adopted version is named; the claims were checked against it.
            Correct the set-up of the practice system.
            """,
        ),
        _entry(
            "S139", REJECT, "A7:481", GUIDE,
            """The claim is an institutional or dental one.

            Why: its lines are services of another guide (SV2 institutional, SV3 dental); a receiver
            of professional claims cannot read them.
            Fix: send the claim as what it is (837I, 837D), or bill professional services (SV1).
            """,
        ),
        _entry(
            "S141", INFO, "", GUIDE,
            """A claim with more lines or other payers than one may have was not checked in full.

            Why: the guide rejects it, and no rule is meant for such a claim.
            Fix: bill what is too much on another claim; then every rule is asked.
            """,
        ),
        _entry(
            "S145", WARN, "A7:481", SYNTAX,
            """Blanks, tabs or line breaks outside any value.

            Why: between a terminator and the next segment only a line end may stand; many
            receivers take anything else for a part of the segment, or stop reading there.
            Fix: they are taken out. So are the line breaks of a text that a transport has cut into
            records of one length, also those inside values: nothing else could have stood there.
            """,
        ),
        _entry(
            "S146", REJECT, "A7:511+481", SYNTAX,
            """A line break inside a value.

            Why: whether it stands for a blank, for another character or for none, nobody can tell;
            the receiver rejects it as a control character.
            Fix: correct the value in the practice system. Notes are written on one line.
            """,
        ),
        _entry(
            "S147", WARN, "A3:481", SYNTAX,
            """ISA16 does not name the component separator that the text uses.

            Why: it is missing, a blank or cannot separate; receivers take what stands in its place.
            Fix: the separator that diagnoses, procedures and places of service are written with is
            put there, if they are all written with the same one.
            """,
        ),
        _entry(
            "S148", WARN, "A7:511+481", SYNTAX,
            """Typographic characters in place of plain ones.

            Why: no-break blanks, characters of no width, soft hyphens and curly quotation marks
            come with text copied from a web page or a word processor. Receivers refuse them, and a
            name with one of them matches nobody.
            Fix: they are written plainly, or taken out where nobody sees them.
            """,
        ),
        _entry(
            "S201", REJECT, "A6:481", GUIDE,
            """A required loop is missing.

            Why: the claim cannot be processed without it.
            Fix: supply the provider, person or service it stands for.
            """,
        ),
        _entry(
            "S202", REJECT, "A6:481", GUIDE,
            """A required segment is missing.

            Why: the claim cannot be processed without it.
            Fix: supply what the segment stands for.
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
            """A loop stands more often than allowed.

            Why: receivers have room for so many and no more, 50 service lines for example.
            Fix: split the claim or remove the surplus.
            """,
        ),
        _entry(
            "S205", REJECT, "A7:481", GUIDE,
            """A segment stands more often than allowed.

            Why: the receiver does not know which one counts.
            Fix: remove the surplus.
            """,
        ),
        _entry(
            "S206", REJECT, "A7:481", GUIDE,
            """An element that professional claims do not use holds a value.

            Why: the receiver rejects what the guide does not use.
            Fix: remove the value.
            """,
        ),
        _entry(
            "S207", REJECT, "A7:481", GUIDE,
            """A segment in the wrong place.

            Why: a segment means something only in its loop and order.
            Fix: move it to its place, or look for the missing segment that begins its loop.
            """,
        ),
        _entry(
            "S208", REJECT, "A7:481", GUIDE,
            """A code or qualifier that the guide does not list here.

            Why: the receiver cannot interpret the element.
            Fix: use one of the codes named.
            """,
        ),
        _entry(
            "S209", WARN, "A7:481", GUIDE,
            """HL04 does not tell whether a level follows below.

            Why: receivers look for a dependent that is not there, or miss one that is.
            Fix: the code is corrected.
            """,
        ),
        _entry(
            "S210", REJECT, "A7:481", GUIDE,
            """A level of the hierarchy is missing or out of place.

            Why: a claim stands under a patient or subscriber, under a billing provider.
            Fix: export the file again; the levels are made by the practice system.
            """,
        ),
        _entry(
            "S211", WARN, "A7:481", GUIDE,
            """ST03 does not repeat GS08.

            Why: both name the version of the guide and must agree.
            Fix: GS08 is repeated in ST03. A set of another kind of claims is not touched (S113).
            """,
        ),
        _entry(
            "S212", WARN, "A7:481", SYNTAX,
            """A date written with separators.

            Why: X12 carries dates as eight digits, year first.
            Fix: the hyphens, slashes or dots are taken out.
            """,
        ),
        _entry(
            "S213", WARN, "A7:481", GUIDE,
            """A subscriber with neither a claim nor a patient of its own.

            Why: nothing is billed for it; a claim may have got lost on the way.
            Fix: look for the claim in the practice system, or leave the subscriber out.
            """,
        ),
        _entry(
            "S214", REJECT, "A3:481", GUIDE,
            """Another part of its transaction set breaks the guide.

            Why: with --isolate transaction a set is taken or rejected as a whole, as receivers do
            whose 999 answers sets and not claims.
            Fix: correct the claim that is named and send the set again; this claim needs nothing.
            """,
        ),
        _entry(
            "S215", REJECT, "A6:481", GUIDE,
            """A transaction set, group or interchange without a claim.

            Why: nothing in it can be billed; the claims that were meant to be in it are missing.
            Fix: look for the claims in the practice system and export the file again; where none
            were due, leave it out. Acknowledgments are read elsewhere: they are no claims.
            """,
        ),
        _entry(
            "S217", REJECT, "A7:476", f"{STEDI} on negative unit counts",
            """Units below zero.

            Why: a claim bills what was given; corrections go by frequency 7 or 8.
            Fix: bill the units that were given.
            """,
        ),
        _entry(
            "S219", WARN, "A7:481", f"{STEDI} on patient control numbers; BHT03: KNOWLEDGE",
            """An identifier longer than receivers keep.

            Why: acknowledgment and payment bring it back cut off, and it is not found again.
            Fix: use numbers of up to 20 characters for claims, 30 for batches.
            """,
        ),
        _entry(
            "S226", WARN, "A7:697+178", GUIDE,
            """An amount of more than eight digits, or a number with more decimals than it may have.

            Why: receivers keep eight digits of dollars, cents, and thousandths of units.
            Fix: correct the number. Zeros at its end are removed.
            """,
        ),
        _entry(
            "S228", REJECT, "A7:697+178", f"{GUIDE}; X12 005010X222A1, B.1.1.3.1.2: amounts",
            """An amount with a part of a cent.

            Why: amounts are dollars and cents; receivers reject others or round them.
            Fix: correct the amount. If a program computes charges, let it round to cents.
            """,
        ),
        _entry(
            "S227", WARN, "A7:521", GUIDE,
            """Adjustments with a gap between them.

            Why: reason, amount and quantity stand in triplets, filled from the left.
            Fix: move the adjustment to the first empty place.
            """,
        ),
    )
}  # fmt: skip
