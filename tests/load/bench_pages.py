"""The pages that `make bench` measures, each at two sizes."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

#: Statements that a page may run, and those a page may that looks up ten kinds of thing.
MOST_STATEMENTS, MOST_STATEMENTS_OF_MANY_KINDS = 12, 20


@dataclass(frozen=True)
class Visit:
    """A page as somebody opens it. `email` is who."""

    email: str
    path: str


@dataclass(frozen=True)
class BenchedPage:
    """A page, its floor, the visits that show few rows and many, and what it is held to.

    `floor` is the path of its floor; `few` and `many` show the same kinds of thing, fewer and more of them. The aims
    are in milliseconds, printed and never tested.
    """

    name: str
    rows: str
    visit: Visit
    floor: str
    few: Visit
    many: Visit
    most_statements: int = MOST_STATEMENTS
    aim_alone_ms: int | None = None
    aim_with_8_ms: int | None = None


@dataclass
class Site:
    """What was made, as the pages need it. All values are ids as text, or addresses of people."""

    learner: str = ""
    learner_email: str = ""
    small_learner: str = ""
    small_learner_email: str = ""
    #: The judging assessor of `learner`, who has a full page of waiting pieces, and one with eleven.
    assessor_email: str = ""
    small_assessor_email: str = ""
    admin_email: str = "load-provider@load.test"
    quality_email: str = "load-iqa@load.test"
    mentor_email: str = "load-mentor-1@load.test"
    small_mentor_email: str = "load-mentor-2@load.test"
    #: Codes of KSBs of `learner` that many and few pieces claim.
    ksbs: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    pieces: dict[str, str] = field(default_factory=dict)
    reviews: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    observations: dict[str, str] = field(default_factory=dict)
    #: Of the learner, and of the small one: a review that is signed by all, and one that is planned.
    progress_reviews: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def emails(self) -> list[str]:
        return [
            self.learner_email,
            self.small_learner_email,
            self.assessor_email,
            self.small_assessor_email,
            self.admin_email,
            self.quality_email,
            self.mentor_email,
            self.small_mentor_email,
        ]

    def keep(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self)))

    @classmethod
    def kept(cls, file: Path) -> "Site":
        return cls(**json.loads(file.read_text()))

    def pages(self) -> list[BenchedPage]:
        """The pages in the order in which they are printed."""
        own, small_own, assessor = self.learner_email, self.small_learner_email, self.assessor_email
        learner, small = f"/apprenticeships/{self.learner}/", f"/apprenticeships/{self.small_learner}/"
        return [
            BenchedPage(
                "learner",
                "35 KSBs",
                Visit(own, learner),
                f"/floor/learner/{self.learner}/",
                few=Visit(small_own, small),
                many=Visit(own, learner),
                aim_alone_ms=29,
                aim_with_8_ms=115,
            ),
            BenchedPage(
                "learner, by assessor",
                "35 KSBs",
                Visit(assessor, learner),
                f"/floor/learner/{self.learner}/",
                few=Visit(self.small_assessor_email, small),
                many=Visit(assessor, learner),
                aim_alone_ms=29,
                aim_with_8_ms=115,
            ),
            BenchedPage(
                "KSB",
                "most claims",
                Visit(own, f"{learner}ksbs/{self.ksbs['many']}/"),
                f"/floor/ksb/{self.learner}/{self.ksbs['many']}/",
                few=Visit(own, f"{learner}ksbs/{self.ksbs['few']}/"),
                many=Visit(own, f"{learner}ksbs/{self.ksbs['many']}/"),
                # Claims, sign-offs, drafts, requests, what the employer said, the rule, outcomes, duties, the plan.
                most_statements=MOST_STATEMENTS_OF_MANY_KINDS,
            ),
            BenchedPage(
                "evidence list",
                "20 pieces",
                Visit(own, f"{learner}evidence/"),
                f"/floor/evidence-list/{self.learner}/",
                few=Visit(small_own, f"{small}evidence/"),
                many=Visit(own, f"{learner}evidence/"),
            ),
            BenchedPage(
                "evidence form",
                "35 KSBs, 3 files",
                Visit(own, f"/evidence/{self.drafts['many']}/edit/"),
                f"/floor/evidence-form/{self.drafts['many']}/",
                few=Visit(small_own, f"/evidence/{self.drafts['few']}/edit/"),
                many=Visit(own, f"/evidence/{self.drafts['many']}/edit/"),
            ),
            BenchedPage(
                "piece",
                "4 claims, 3 files, twice",
                Visit(own, f"/evidence/{self.pieces['many']}/"),
                f"/floor/piece/{self.pieces['many']}/",
                few=Visit(small_own, f"/evidence/{self.pieces['few']}/"),
                many=Visit(own, f"/evidence/{self.pieces['many']}/"),
            ),
            BenchedPage(
                "review",
                "4 claims, 3 files",
                Visit(assessor, f"/submissions/{self.reviews['many']}/"),
                f"/floor/review/{self.reviews['many']}/",
                few=Visit(assessor, f"/submissions/{self.reviews['few']}/"),
                many=Visit(assessor, f"/submissions/{self.reviews['many']}/"),
                aim_alone_ms=25,
                aim_with_8_ms=90,
            ),
            BenchedPage(
                "queue",
                "11 rows",
                Visit(self.small_assessor_email, "/queue/"),
                "/floor/queue/",
                few=Visit(self.small_assessor_email, "/queue/"),
                many=Visit(assessor, "/queue/"),
            ),
            BenchedPage(
                "cohort",
                "50 rows",
                Visit(self.admin_email, "/cohort/"),
                "/floor/cohort/",
                few=Visit(self.admin_email, "/cohort/?name=0000"),
                many=Visit(self.admin_email, "/cohort/"),
                aim_alone_ms=45,
            ),
            BenchedPage(
                "standard",
                "35 KSBs, 12 duties",
                Visit(own, "/standards/ST9899/1.0/"),
                "/floor/standard/ST9899/1.0/",
                few=Visit(own, "/standards/ST9898/1.0/"),
                many=Visit(own, "/standards/ST9899/1.0/"),
            ),
            BenchedPage(
                "standards",
                "20 rows",
                Visit(own, "/standards/"),
                "/floor/standards/",
                few=Visit(own, "/standards/?level=7"),
                many=Visit(own, "/standards/?level=3"),
            ),
            BenchedPage(
                "record",
                "50 rows",
                Visit(self.admin_email, "/record/"),
                "/floor/record/",
                few=Visit(self.admin_email, "/record/?action=review.started"),
                many=Visit(self.admin_email, "/record/?action=submission.made"),
                most_statements=MOST_STATEMENTS_OF_MANY_KINDS,
            ),
            BenchedPage(
                "notices",
                "25 rows",
                Visit(assessor, "/notices/"),
                "/floor/notices/",
                few=Visit(self.small_assessor_email, "/notices/"),
                many=Visit(assessor, "/notices/"),
            ),
            BenchedPage(
                "waiting",
                "50 rows",
                Visit(assessor, "/waiting/"),
                "/floor/waiting/",
                few=Visit(self.small_assessor_email, "/waiting/"),
                many=Visit(assessor, "/waiting/"),
            ),
            BenchedPage(
                "quality",
                "50 rows",
                Visit(self.quality_email, "/quality/"),
                "/floor/quality/",
                # The last page has fewer rows.
                few=Visit(self.quality_email, "/quality/?page=999"),
                many=Visit(self.quality_email, "/quality/"),
            ),
            *self._of_the_programme(),
            *self._dashboards(),
        ]

    def _of_the_programme(self) -> list[BenchedPage]:
        own, assessor, other = self.learner_email, self.assessor_email, self.small_assessor_email
        learner, small = f"/apprenticeships/{self.learner}/", f"/apprenticeships/{self.small_learner}/"
        many, few = (self.progress_reviews.get(size, {}) for size in ("many", "few"))

        def page(
            name: str,
            rows: str,
            whose: tuple[str, str],
            paths: tuple[str, str],
            floor: str,
            most: int = MOST_STATEMENTS,
        ) -> BenchedPage:
            visit = Visit(whose[0], paths[0])
            return BenchedPage(name, rows, visit, floor, Visit(whose[1], paths[1]), visit, most_statements=most)

        return [
            page(
                "hours",
                "50 rows",
                (own, self.small_learner_email),
                (f"{learner}hours/", f"{small}hours/"),
                f"/floor/hours/{self.learner}/",
            ),
            page("sessions", "50 rows", (assessor, assessor), ("/sessions/", "/sessions/?page=9"), "/floor/sessions/"),
            page(
                "a session",
                "26 learners",
                (assessor, assessor),
                (f"/sessions/{self.sessions.get('many')}/", f"/sessions/{self.sessions.get('few')}/"),
                f"/floor/session/{self.sessions.get('many')}/",
            ),
            page(
                "progress reviews",
                "50 rows",
                (self.admin_email, self.admin_email),
                ("/reviews/?show=all", "/reviews/?show=all&page=9"),
                "/floor/reviews/",
            ),
            page(
                "a learner's reviews",
                "7 reviews",
                (assessor, other),
                (f"{learner}reviews/", f"{small}reviews/"),
                f"/floor/learner-reviews/{self.learner}/",
            ),
            page(
                "progress review",
                "signed by three",
                (assessor, other),
                (f"/progress-reviews/{many.get('signed')}/", f"/progress-reviews/{few.get('signed')}/"),
                f"/floor/progress-review/{many.get('signed')}/",
            ),
            page(
                "form of a review",
                "10 sections",
                (assessor, other),
                (f"/progress-reviews/{many.get('planned')}/write/", f"/progress-reviews/{few.get('planned')}/write/"),
                f"/floor/review-write/{many.get('planned')}/",
            ),
            page(
                "file of learners",
                "60 rows",
                (self.admin_email, self.admin_email),
                (f"/learners/import/{self.imports.get('many')}/", f"/learners/import/{self.imports.get('few')}/"),
                f"/floor/learners-import/{self.imports.get('many')}/",
            ),
            page(
                "observation",
                "35 KSBs",
                (assessor, other),
                tuple(f"/evidence/{self.observations.get(size)}/observation/" for size in ("many", "few")),
                f"/floor/observation/{self.observations.get('many')}/",
            ),
        ]

    def _dashboards(self) -> list[BenchedPage]:
        learner, small = (f"/apprenticeships/{pk}/progress/" for pk in (self.learner, self.small_learner))
        return [
            BenchedPage(
                "on track",
                "a learner's progress",
                Visit(self.learner_email, learner),
                f"/floor/progress/{self.learner}/",
                few=Visit(self.small_learner_email, small),
                many=Visit(self.learner_email, learner),
            ),
            BenchedPage(
                "overview",
                "74 learners",
                Visit(self.admin_email, "/cohort/overview/"),
                "/floor/overview/",
                few=Visit(self.small_assessor_email, "/cohort/overview/"),
                many=Visit(self.admin_email, "/cohort/overview/"),
            ),
            BenchedPage(
                "heat map",
                "35 KSBs",
                Visit(self.admin_email, "/cohort/heat-map/"),
                "/floor/heat-map/",
                few=Visit(self.small_assessor_email, "/cohort/heat-map/"),
                many=Visit(self.admin_email, "/cohort/heat-map/"),
            ),
            BenchedPage(
                "caseload",
                "39 rows",
                Visit(self.assessor_email, "/caseload/"),
                "/floor/caseload/",
                few=Visit(self.small_assessor_email, "/caseload/"),
                many=Visit(self.assessor_email, "/caseload/"),
            ),
            BenchedPage(
                "a mentor's people",
                "50 cards",
                Visit(self.mentor_email, "/my-people/"),
                "/floor/my-people/",
                few=Visit(self.small_mentor_email, "/my-people/"),
                many=Visit(self.mentor_email, "/my-people/"),
            ),
        ]
