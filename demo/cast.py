"""Who is in the demo: made-up organisations and people, and how far each apprentice has come."""

from dataclasses import dataclass

from apprenticeships.models import ChangeKind

STANDARD = "ST0321"


@dataclass(frozen=True)
class House:
    """A training provider of the demo."""

    name: str
    ukprn: int


@dataclass(frozen=True)
class Employer:
    """An employer of the demo. Its mentor is the line manager that apprentices write about."""

    name: str
    mentor: str
    mentor_email: str


@dataclass(frozen=True)
class Told:
    """Something that happened to an apprenticeship."""

    kind: ChangeKind
    ago: int
    """How many days ago."""
    reason: str
    days: int = 0
    """Of a break, how long it should last; else by how much the planned end moves."""
    ahead: int = 0
    """How many days after it was recorded it happens, if it is planned."""


@dataclass(frozen=True)
class Story:
    """How far one apprentice has come. Days are counted back from today."""

    name: str
    email: str
    employer: int
    assessor: str
    started: int
    """How many days ago it started."""
    signed: int
    """How many KSBs are signed off."""
    met: int = 0
    """How many more are met."""
    waiting: tuple[int, ...] = ()
    """For each piece that waits to be judged, how many days it has waited."""
    needs_work: int = 0
    """How many pieces came back."""
    drafts: int = 0
    quiet: int = 3
    """For how many days nothing of what is judged has happened."""
    lasts: int = 425
    had_withdrawal: bool = False
    """Whether a sign-off was once withdrawn and given again."""
    asks_others: bool = False
    """Whether a witness, an expert and the employer were asked to confirm something."""
    changes: tuple[Told, ...] = ()
    gateway: str = ""
    """How far somebody has come at the end of the training: “declaring”, “locked” or “result”."""
    covered: int = 0
    """How many days ago the other assessor began to cover, for three weeks."""


DEMO = House("Ashmere Skills", 99_000_001)
OTHER = House("Brackendale Training", 99_000_002)

ADMIN, SECOND_ADMIN, IQA = "provider@demo.test", "provider.two@demo.test", "iqa@demo.test"
TRAINER, MANAGER = "trainer@demo.test", "manager@demo.test"
AUDITOR = "auditor@demo.test"
ASSESSOR, SECOND_ASSESSOR = "assessor@demo.test", "assessor.two@demo.test"
OTHER_ADMIN, OTHER_ASSESSOR = "provider@other.test", "assessor@other.test"
STAFF_NAMES = {
    ADMIN: "Sunita Rao",
    SECOND_ADMIN: "Edwin Marlow",
    IQA: "Helen Whitcombe",
    TRAINER: "Gareth Pugh-Jones",
    MANAGER: "Olive Sandys",
    AUDITOR: "Nora Fitch",
    ASSESSOR: "Martin Okafor",
    SECOND_ASSESSOR: "Rosalind Teague",
    OTHER_ADMIN: "Duncan Fairley",
    OTHER_ASSESSOR: "Leila Haddad",
}
#: Invited a few days ago and not in yet.
INVITED = ("joanna.pike@demo.test", "Joanna Pike")

EMPLOYERS = (
    Employer("Fernhill & Rook Recruitment", "Denise Hollis", "employer@demo.test"),
    Employer("Quillstone Resourcing", "Carol Amos", "mentor.quillstone@demo.test"),
    Employer("Tamarind People", "Priti Shah", "mentor.tamarind@demo.test"),
    Employer("Haldenbridge Group", "Joanne Birch", "mentor.haldenbridge@demo.test"),
)
OTHER_EMPLOYERS = (Employer("Copperfield Staff", "Moira Kerr", "mentor.copperfield@other.test"),)

#: Learners of the first assessor who were expected at a session; the last was absent.
AT_SESSION = ("apprentice@demo.test", "callum.doyle@demo.test", "harpreet.gill@demo.test")

STORIES = (
    # Something in every state: for whoever wants to see it all in one place.
    Story(
        "Amira Begum",
        "apprentice@demo.test",
        0,
        ASSESSOR,
        205,
        16,
        3,
        (6, 2),
        1,
        2,
        quiet=8,
        had_withdrawal=True,
        asks_others=True,
    ),
    Story("Jake Thornton", "jake.thornton@demo.test", 0, ASSESSOR, 4, 0),
    Story("Callum Doyle", "callum.doyle@demo.test", 0, ASSESSOR, 260, 12, 1, (12,), needs_work=2, quiet=9),
    Story("Bethan Rees", "bethan.rees@demo.test", 1, SECOND_ASSESSOR, 290, 23, 1, (3,), quiet=5),
    Story("Mei-Ling Chan", "meiling.chan@demo.test", 1, ASSESSOR, 33, 2, 1, (1,), drafts=1, quiet=4),
    Story("Seun Adeyemi", "seun.adeyemi@demo.test", 2, ASSESSOR, 180, 21, 2, (4,), quiet=6),
    Story("Harpreet Gill", "harpreet.gill@demo.test", 0, ASSESSOR, 400, 33, 1, (5,), quiet=7),
    Story("Chloe Hargreaves", "chloe.hargreaves@demo.test", 3, SECOND_ASSESSOR, 372, 35, quiet=9, gateway="declaring"),
    # Gone quiet.
    Story("Tomasz Zielinski", "tomasz.zielinski@demo.test", 2, ASSESSOR, 310, 19, drafts=1, quiet=74),
    Story(
        "Ffion Morgan",
        "ffion.morgan@demo.test",
        1,
        SECOND_ASSESSOR,
        240,
        14,
        quiet=48,
        changes=(Told(ChangeKind.BREAK_STARTED, 44, "Parental leave, agreed with the employer.", 120),),
    ),
    Story("Daniel Osei", "daniel.osei@demo.test", 3, ASSESSOR, 150, 9, 1, needs_work=3, quiet=5),
    Story("Aisha Siddiqui", "aisha.siddiqui@demo.test", 2, SECOND_ASSESSOR, 120, 15, 1, drafts=1, quiet=4, covered=5),
    Story("Liam Gallacher", "liam.gallacher@demo.test", 0, ASSESSOR, 95, 7, 2, (9,), quiet=11),
    Story("Zofia Kowalczyk", "zofia.kowalczyk@demo.test", 1, ASSESSOR, 230, 16, 1, drafts=1, quiet=6),
    Story(
        "Marcus Bailey",
        "marcus.bailey@demo.test",
        3,
        SECOND_ASSESSOR,
        345,
        25,
        waiting=(6,),
        needs_work=1,
        quiet=10,
        changes=(
            Told(ChangeKind.PLANNED_END, 31, "Moved to another team, and needs more time for the last skills.", 60),
        ),
    ),
    Story("Nusrat Jahan", "nusrat.jahan@demo.test", 2, ASSESSOR, 60, 5, 1, (11,), drafts=2, quiet=13),
    Story(
        "Rhys Llewellyn",
        "rhys.llewellyn@demo.test",
        3,
        SECOND_ASSESSOR,
        200,
        10,
        1,
        waiting=(18,),
        needs_work=1,
        quiet=21,
        changes=(Told(ChangeKind.WITHDRAWN, 15, "Left the job for one without an apprenticeship."),),
    ),
    Story("Grace Oyelaran", "grace.oyelaran@demo.test", 0, ASSESSOR, 320, 30, 1, (7,), quiet=9),
    Story("Ethan Whitfield", "ethan.whitfield@demo.test", 2, SECOND_ASSESSOR, 16, 0, waiting=(2,), drafts=1),
    Story(
        "Samira Haidari",
        "samira.haidari@demo.test",
        1,
        ASSESSOR,
        170,
        12,
        2,
        (3,),
        quiet=7,
        changes=(
            Told(ChangeKind.BREAK_STARTED, 2, "On a placement abroad for two months.", 61),
            Told(ChangeKind.BREAK_ENDED, 1, "Back at work after the placement.", 61, ahead=60),
        ),
    ),
    Story("Connor McAllister", "connor.mcallister@demo.test", 3, SECOND_ASSESSOR, 275, 27, 1, quiet=5),
    Story("Yusuf Demir", "yusuf.demir@demo.test", 0, ASSESSOR, 45, 3, 1, (10,), needs_work=1, quiet=12),
    Story(
        "Isla Buchanan",
        "isla.buchanan@demo.test",
        2,
        SECOND_ASSESSOR,
        385,
        31,
        1,
        (1,),
        quiet=4,
        changes=(
            Told(ChangeKind.BREAK_STARTED, 190, "Caring for a relative.", 42),
            Told(ChangeKind.BREAK_ENDED, 148, "Back at work full time.", 42),
        ),
    ),
    Story("Tanisha Clarke", "tanisha.clarke@demo.test", 1, SECOND_ASSESSOR, 110, 8, 2, quiet=6),
    Story("Owen Prosser", "owen.prosser@demo.test", 0, ASSESSOR, 410, 35, quiet=24, gateway="locked"),
    Story("Leah Abiola", "leah.abiola@demo.test", 2, ASSESSOR, 430, 35, quiet=66, gateway="result"),
)
OTHER_STORIES = (
    Story("Rory Sinclair", "apprentice@other.test", 0, OTHER_ASSESSOR, 140, 10, 2, (4,), 1, 1, quiet=7),
    Story("Nadia Rahimi", "nadia.rahimi@other.test", 0, OTHER_ASSESSOR, 52, 3, 1, quiet=5),
)


@dataclass(frozen=True)
class Person:
    """Somebody whom one can sign in as with one click."""

    email: str
    name: str
    role: str
    house: House
    look_at: str


PEOPLE = (
    Person("apprentice@demo.test", STORIES[0].name, "Apprentice", DEMO, "a portfolio with something in every state"),
    Person(ASSESSOR, STAFF_NAMES[ASSESSOR], "Assessor", DEMO, "the queue, a review, sign-offs"),
    Person(IQA, STAFF_NAMES[IQA], "Internal quality assurer", DEMO, "samples, an investigation, a hidden file"),
    Person(TRAINER, STAFF_NAMES[TRAINER], "Trainer", DEMO, "their learners, read-only"),
    Person(MANAGER, STAFF_NAMES[MANAGER], "Manager", DEMO, "the whole provider, read-only"),
    Person(AUDITOR, STAFF_NAMES[AUDITOR], "External auditor", DEMO, "two learners, read-only, for a month"),
    Person(ADMIN, STAFF_NAMES[ADMIN], "Provider admin", DEMO, "the cohort report, people, the record"),
    Person(SECOND_ADMIN, STAFF_NAMES[SECOND_ADMIN], "Provider admin", DEMO, "agreeing to what takes two admins"),
    Person(
        EMPLOYERS[0].mentor_email, EMPLOYERS[0].mentor, "Employer mentor", DEMO, "how their apprentices are getting on"
    ),
    Person(
        OTHER_ADMIN,
        STAFF_NAMES[OTHER_ADMIN],
        "Provider admin",
        OTHER,
        "another provider, which sees nothing of the first",
    ),
    Person("apprentice@other.test", OTHER_STORIES[0].name, "Apprentice", OTHER, "a portfolio at the other provider"),
)
