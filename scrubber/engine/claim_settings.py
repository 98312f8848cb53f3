"""What rules may know of a claim besides its lines. Claims that are alike share one object."""

from scrubber.claim.claim import Claim
from scrubber.claim.service_line import ServiceLine
from scrubber.codes.taxonomy import provider
from scrubber.engine.context import Context
from scrubber.engine.memory import KeyNumbers, remember
from scrubber.engine.surroundings import Surroundings
from scrubber.profiles.profile import DatedProfile
from scrubber.rules.rule import ServiceSetting, Setting
from scrubber.therapy.documentation import DocumentedLine
from scrubber.therapy.same_day import OtherService


class ClaimSettings:
    """The settings of a run, remembered; equal ones are one object. The memories are bounded."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._settings: dict[tuple[object, ...], Setting] = {}
        self._service_settings: dict[tuple[object, ...], ServiceSetting] = {}
        self._likenesses = KeyNumbers()

    def of_claim(self, claim: Claim, payer: DatedProfile, surroundings: Surroundings) -> Setting:
        """The setting of the claim under what a payer states on its first day."""
        return self._of(claim, payer, _taxonomy(claim, surroundings), surroundings)

    def _of(
        self, claim: Claim, payer: DatedProfile, taxonomy: str, surroundings: Surroundings
    ) -> Setting:
        documented = self._documented(claim)
        place_of_service, frequency = claim.place_of_service, claim.frequency
        service_key = (
            payer,
            place_of_service,
            taxonomy,
            surroundings.is_encounter,
            documented,
            _authorized(claim, payer),
            self._context.tables,
            self._unbilled(claim) if documented is not None else (),
        )
        service = self._service_settings.get(service_key)
        if service is None:
            likeness = self._likeness(service_key)
            same_day = self._same_day(claim, documented)
            service = ServiceSetting(
                payer, self._context.as_of, *service_key[1:], likeness, same_day
            )
            # Documented settings belong to one claim and are not kept.
            if documented is None:
                remember(self._service_settings, service_key, service)
        key = (
            service,
            frequency,
            surroundings.claim_filing_indicator,
            _diagnosis_count(claim),
            tuple(claim.block.values(0)[6:13]),
            surroundings.responsibility,
            surroundings.relationship,
            surroundings.dependent is not None,
        )
        setting = self._settings.get(key)
        if setting is None:
            setting = Setting(
                payer,
                self._context.as_of,
                *service_key[1:],
                service.likeness,
                service.same_day,
                frequency=key[1],
                claim_filing_indicator=key[2],
                diagnosis_count=key[3],
                indicators=key[4],
                responsibility=surroundings.responsibility,
                relationship=surroundings.relationship,
                is_dependent=surroundings.dependent is not None,
                service=service,
            )
            if documented is None:
                remember(self._settings, key, setting)
        return setting

    def _likeness(self, service_key: tuple[object, ...]) -> int:
        """The same number for settings with taxonomies of one discipline and role."""
        payer, place_of_service, taxonomy, *others = service_key
        known = provider(str(taxonomy))
        standing = (known.discipline, known.role) if known is not None else None
        return self._likenesses[(payer, place_of_service, standing, *others)]

    def of_lines(
        self,
        claim: Claim,
        setting: Setting,
        surroundings: Surroundings,
        contents: frozenset[str],
    ) -> list[Setting]:
        """The settings of the lines: that of the claim where all are of one day and none has a
        provider of its own."""
        first, last = claim.service_dates
        if first == last and "2420A" not in contents:
            return [setting] * len(claim.lines)
        return [self._of_line(claim, line, setting, surroundings) for line in claim.lines]

    def _of_line(
        self, claim: Claim, line: ServiceLine, setting: Setting, surroundings: Surroundings
    ) -> Setting:
        payer, taxonomy = setting.payer, setting.taxonomy
        day = line.dates[0]
        if day is not None and surroundings.profile is not None:
            payer = surroundings.profile.on(day, surroundings.coverage)
        if "2420A" in line.layout.loops:
            rendering = line.rendering_provider
            taxonomy = rendering.taxonomy if rendering is not None else taxonomy
        if payer is setting.payer and taxonomy == setting.taxonomy:
            return setting
        return self._of(claim, payer, taxonomy, surroundings)

    def _documented(self, claim: Claim) -> tuple[DocumentedLine, ...] | None:
        documentation = self._context.documentation
        if documentation is None:
            return None
        claim_id = claim.claim_id
        found = (documentation.line(claim_id, line.number) for line in claim.lines)
        return tuple(one for one in found if one is not None)

    def _unbilled(self, claim: Claim) -> tuple[int, ...]:
        documentation = self._context.documentation
        if documentation is None:
            return ()
        numbers = frozenset(line.number for line in claim.lines)
        return documentation.minutes_beside(claim.claim_id, numbers)

    def _same_day(
        self, claim: Claim, documented: tuple[DocumentedLine, ...] | None
    ) -> tuple[OtherService, ...]:
        return self._context.same_day.get(claim.claim_id, ()) if documented else ()


def _authorized(claim: Claim, payer: DatedProfile) -> bool:
    """Whether the claim carries an authorization number, where a limit of the payer asks."""
    for limit in payer.daily_limits:
        if limit.unless_authorized:
            return claim.is_authorized
    return False


def _diagnosis_count(claim: Claim) -> int:
    component = claim.block.delimiters.component
    for index in claim.layout.segments.get("HI", ()):
        values = claim.block.values(index)
        if len(values) > 1 and values[1].split(component, 1)[0] in ("ABK", "BK"):
            return len(values) - values.count("") - 1
    return 0


def _taxonomy(claim: Claim, surroundings: Surroundings) -> str:
    for layout in claim.layout.loops.get("2310B", ()):
        for index in layout.segments.get("PRV", ()):
            values = claim.block.values(index)
            return values[3] if len(values) > 3 else ""
        return ""
    return surroundings.billing_taxonomy
