"""Every main screen of the demo: its name, who looks at it, and how to get there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Page

SEED = Path(__file__).resolve().parents[2] / "demo" / "data" / "ST0321.txt"
WIDTHS = {"375": {"width": 375, "height": 812}, "1280": {"width": 1280, "height": 900}}
SCHEMES = ["light", "dark"]


class Follow:
    """Open the first link with each of these texts in turn, in the page's main part or among the pages beside it.

    With `css=` it is that selector, with `nav=` the text of a link in the navigation, and with `beside=` the name of a
    page in the line of pages that belong together.
    """

    def __init__(self, *texts: str) -> None:
        self.texts = texts

    def __call__(self, page: Page) -> None:
        for text in self.texts:
            page.goto(_address_behind(page, text))

    def open(self, page: Page, address: str, known: dict[tuple[str, ...], str]) -> None:
        """Open the last page. Those on the way are opened only where it is not known yet where their links lead."""
        steps = [(address, *self.texts[:number]) for number in range(len(self.texts) + 1)]
        known[steps[0]] = address
        at = max(number for number, step in enumerate(steps) if step in known)
        answer = page.goto(known[steps[at]])
        for text, step in zip(self.texts[at:], steps[at + 1 :], strict=True):
            known[step] = _address_behind(page, text)
            answer = page.goto(known[step])
        # A link that was followed once may lead nowhere by now.
        if self.texts and not (answer and answer.ok):
            raise AssertionError(f"{page.url} is not there.")


def _address_behind(page: Page, text: str) -> str:
    main, kind, name = page.locator("main, .section-nav"), *text.partition("=")[::2]
    if kind == "nav":
        link = page.locator(".site-nav").get_by_role("link", name=name)
    elif kind == "beside":
        link = page.get_by_role("link", name=name, exact=True)
    else:
        link = main.locator(name) if kind == "css" else main.get_by_role("link", name=text)
    return link.first.evaluate("link => link.href")


def open_plan_draft(page: Page) -> None:
    """Draw up the training plan of the apprentice of the demo."""
    Follow("Amira Begum", "beside=Plan", "Change the plan…")(page)


def write_review(page: Page) -> None:
    """Plan a progress review, unless one is planned, and open its form."""
    if page.get_by_role("button", name="Plan it").count():
        with page.expect_navigation():
            page.get_by_role("button", name="Plan it").click()
    else:
        Follow("css=.row-list a")(page)
    Follow("css=a[href$='/write/']")(page)


def with_a_download(page: Page) -> None:
    """Ask for the progress reports of all learners, which are made in the background."""
    with page.expect_navigation():
        page.get_by_role("button", name="Progress reports").click()


def open_review(page: Page) -> None:
    """Start the oldest waiting review, as the queue's button does."""
    with page.expect_navigation():
        page.locator("main form[action*='/start/'] button").first.click()


def refused_evidence(page: Page) -> None:
    """Send the evidence form with a date in the future."""
    page.get_by_label("Title").fill("Tomorrow’s work")
    page.get_by_label("When it happened").fill("2199-01-01")
    page.get_by_label("Title").press("Enter")
    # The form first waits for a save that is under way.
    page.locator("[data-error-summary]").wait_for()


def ask_duty_lens(page: Page) -> None:
    """Say what was done today, in the box above the duties of a standard."""
    page.locator("#duty-lens textarea").fill("wrote an advert and called two candidates for an interview")
    page.locator("#duty-lens button").click()
    page.locator(".duty-lens-found").wait_for()


def _paste(page: Page, text: str) -> None:
    page.get_by_label("Every training provider").check()
    page.get_by_label("Or paste the text of a page").fill(text)
    with page.expect_navigation():
        page.locator("main [name=read]").click()


def preview_import(page: Page) -> None:
    """Look at a made-up list of statements before it comes in."""
    _paste(page, "# ST9001 Baker\n## Knowledge\n- K1: Flours\n- K1.1: Rye\n## Skills\n- S1: Knead dough by hand")


LEARNERS = """learner_reference,uln,first_name,last_name,email,standard,start_date,planned_end_date,employer
000901,9900200011,Amara,Example,amara@example.test,ST0321,03/04/2026,03/10/2027,Heron Build
000902,9.27631E+09,Tom,O'Example,amara@example.test,ST0321,13/04/2026,01/05/2026,Heron Build
"""


def preview_learners(page: Page) -> None:
    """Bring a file of learners with a good row and one with several faults."""
    content = {"name": "autumn.csv", "mimeType": "text/csv", "buffer": LEARNERS.encode()}
    page.locator("main [type=file]").set_input_files(content)
    with page.expect_navigation():
        page.locator("main [name=check]").click()


def refused_import(page: Page) -> None:
    """Paste a table that does not say which standard it is of."""
    _paste(page, "code,statement\nK1,Flours\nS1,Knead dough by hand")


def with_a_correction(page: Page) -> None:
    """Bring in other words for the demo's standard and adopt them, unless that was done before; then come back."""
    if page.locator("main table").count():
        return
    back = page.url
    page.goto(urljoin(back, "/standards/import/"))
    text = SEED.read_text().replace("Monitor responses", "Monitor and record responses")
    page.get_by_label("Every training provider").check()
    page.locator("textarea[name=text]").fill("".join(line for line in text.splitlines(True) if line[:3] != "S17"))
    with page.expect_navigation():
        page.locator("main form [type=submit]").last.click()
    with page.expect_navigation():
        page.locator("form[action*='/confirm/'] button").first.click()
    page.goto(urljoin(back, "/standards/revisions/"))
    Follow("css=.row-list a")(page)
    page.locator("details.confirm summary").click()
    with page.expect_navigation():
        page.locator("form[action*='/adopt/'] button").click()
    page.goto(back)


def one_moved(page: Page) -> None:
    """Move one learner to the correction, unless one was before, and look at the move."""
    with_a_correction(page)
    if not page.locator("main a[href*='/transitions/']").count():
        boxes = page.locator("input[name=learners]")
        for number in range(1, boxes.count()):
            boxes.nth(number).uncheck()
        page.locator("button[name=move]").click()
        page.wait_for_url("**/transitions/**")
        return
    Follow("css=a[href*='/transitions/']")(page)


def kept_on_device(page: Page) -> None:
    """Come back to the offline page once the device knows the apprentice's progress."""
    page.goto(f"{page.url.split('/apprenticeships')[0]}/offline/")
    page.locator(".tile").first.wait_for()


def capture_on_device(page: Page) -> None:
    """Open the form that captures evidence on the device, with a KSB ticked."""
    kept_on_device(page)
    page.get_by_role("button", name="Capture evidence", exact=True).click()
    page.locator("#offline-title").fill("Advert at the gate")
    if (following := page.get_by_role("button", name="Next", exact=True)).is_visible():
        following.click()
    page.get_by_label("Or look through").select_option("all")
    page.locator(".ksb-list input[type=checkbox]").first.check()


def waiting_on_device(page: Page) -> None:
    """Capture a piece that waits and one that is not finished, while the site takes nothing in."""
    page.route("**/captures/", lambda route: route.abort())
    capture_on_device(page)
    page.get_by_role("button", name="Keep and send").click()
    page.locator("[data-queue] li").wait_for()
    page.get_by_text("No connection to the site").wait_for()


def nothing_on_device(page: Page) -> None:
    """Wait until the offline page has looked and found nothing."""
    page.get_by_text("Nothing is kept on this device").wait_for()


@dataclass(frozen=True)
class Screen:
    """A screen: where it starts, and what is done there before it is looked at.

    A name in braces in its path stands for the id of that learner.
    """

    name: str
    who: str
    path: str
    act: Callable[[Page], None] | None = None


APPRENTICE, ASSESSOR, IQA = "apprentice@demo.test", "assessor@demo.test", "iqa@demo.test"
PROVIDER, EMPLOYER = "provider@demo.test", "employer@demo.test"

LEARNER = "css=a[href*='/apprenticeships/']:not([href*='/enrol/'])"
#: The learner with something in every state, as `visits` finds them in the list of all.
AMIRA = "/apprenticeships/{Amira Begum}"

SCREENS = [
    Screen("sign-in", "", "/account/login/"),
    Screen("password-reset", "", "/account/password/reset/"),
    Screen("not-found", APPRENTICE, "/nowhere/"),
    Screen("apprentice-coverage", APPRENTICE, "/"),
    Screen("apprentice-ksb", APPRENTICE, "/", Follow("css=a[href*='/ksbs/K2/']")),
    Screen("apprentice-evidence-list", APPRENTICE, "/", Follow("nav=My evidence")),
    Screen(
        "apprentice-evidence-needs-work", APPRENTICE, "/", Follow("nav=My evidence", "Needs work", "css=.row-list a")
    ),
    Screen("apprentice-evidence-accepted", APPRENTICE, "/", Follow("nav=My evidence", "Accepted", "css=.row-list a")),
    Screen("apprentice-gallery", APPRENTICE, "/", Follow("nav=My evidence", "Gallery")),
    Screen("apprentice-timeline", APPRENTICE, "/", Follow("nav=My evidence", "Timeline")),
    Screen("apprentice-portfolio-print", APPRENTICE, "/", Follow("nav=My evidence", "Print these pieces")),
    Screen(
        "apprentice-evidence-versions",
        APPRENTICE,
        "/",
        Follow("nav=My evidence", "Needs work", "css=.row-list a", "History"),
    ),
    Screen(
        "apprentice-file",
        APPRENTICE,
        "/",
        Follow("nav=My evidence", "Needs work", "css=.row-list a", "css=a[href*='/view/']"),
    ),
    Screen("apprentice-add-evidence", APPRENTICE, "/", Follow("Add evidence")),
    Screen(
        "apprentice-evidence-refused",
        APPRENTICE,
        "/",
        lambda page: (Follow("Add evidence")(page), refused_evidence(page)),
    ),
    Screen(
        "apprentice-check-and-submit",
        APPRENTICE,
        "/",
        Follow("nav=My evidence", "Draft", "css=.row-list a", "Check and send"),
    ),
    Screen("offline-nobody", "", "/offline/", nothing_on_device),
    Screen("offline-progress", APPRENTICE, "/", kept_on_device),
    Screen("offline-capture", APPRENTICE, "/", capture_on_device),
    Screen("offline-waiting", APPRENTICE, "/", waiting_on_device),
    Screen("apprentice-draft", APPRENTICE, "/", Follow("nav=My evidence", "Draft", "css=.row-list a", "Continue")),
    Screen("apprentice-grid", APPRENTICE, "/", Follow("Add evidence", "css=.grid-link")),
    Screen("apprentice-plan", APPRENTICE, "/", Follow("beside=Plan")),
    Screen("assessor-plan-draft", ASSESSOR, "/cohort/", open_plan_draft),
    Screen("apprentice-notices", APPRENTICE, "/notices/"),
    Screen("apprentice-emails", APPRENTICE, "/notices/emails/"),
    Screen("apprentice-waiting", APPRENTICE, "/waiting/"),
    Screen("assessor-notices", ASSESSOR, "/notices/"),
    Screen("provider-waiting", PROVIDER, "/waiting/"),
    Screen("assessor-queue", ASSESSOR, "/queue/"),
    Screen("assessor-review", ASSESSOR, "/queue/", open_review),
    Screen("assessor-learners", ASSESSOR, "/cohort/"),
    Screen("assessor-learner", ASSESSOR, "/cohort/", Follow("css=a[href*='/apprenticeships/']")),
    Screen("assessor-pack", ASSESSOR, "/cohort/", Follow("css=a[href*='/apprenticeships/']", "css=a[href$='/pack/']")),
    Screen("provider-plan-rules", PROVIDER, "/plan-rules/", Follow("css=.row-list a")),
    Screen("pack-keys", "", "/pack-keys/"),
    Screen("iqa-cohort", IQA, "/cohort/"),
    Screen("iqa-record", IQA, "/record/"),
    Screen("provider-cohort", PROVIDER, "/cohort/"),
    Screen("provider-learner-withdrawn", PROVIDER, "/cohort/?rag=withdrawn", Follow(LEARNER)),
    Screen("provider-changes", PROVIDER, "/cohort/?rag=break", Follow(LEARNER, "Change…")),
    Screen("provider-change", PROVIDER, "/cohort/", Follow(LEARNER, "Change…", "Start a break in learning")),
    Screen("provider-change-undo", PROVIDER, "/cohort/?rag=withdrawn", Follow(LEARNER, "Change…", "Undo")),
    Screen("provider-people", PROVIDER, "/people/"),
    Screen("provider-portfolio-rules", PROVIDER, "/portfolio-policy/"),
    Screen("provider-prompts", PROVIDER, "/portfolio-policy/prompts/project/"),
    Screen("provider-invite", PROVIDER, "/people/invite/"),
    Screen("provider-auditor-invite", PROVIDER, "/people/auditors/invite/"),
    Screen("iqa-auditors", IQA, "/people/auditors/"),
    Screen("iqa-auditor", IQA, "/people/auditors/", Follow("Nora Fitch")),
    Screen("auditor-learners", "auditor@demo.test", "/cohort/"),
    Screen("provider-failed-jobs", PROVIDER, "/jobs/"),
    Screen("provider-retention", PROVIDER, "/people/records/"),
    Screen("provider-erasure", PROVIDER, "/people/records/", Follow("Rowan Ellery")),
    Screen("provider-enrol", PROVIDER, "/apprenticeships/enrol/"),
    Screen("provider-learners-import", PROVIDER, "/learners/import/"),
    Screen("provider-learners-import-preview", PROVIDER, "/learners/import/", preview_learners),
    Screen("provider-role-end", PROVIDER, "/people/", Follow("End assessor, Martin Okafor")),
    Screen(
        "provider-assign",
        PROVIDER,
        "/cohort/",
        Follow("css=tbody a[href*='/apprenticeships/']", "Assessor, trainer and mentor"),
    ),
    Screen(
        "provider-assignment-undo",
        PROVIDER,
        "/cohort/",
        Follow("css=tbody a[href*='/apprenticeships/']", "Assessor, trainer and mentor", "css=a[href*='/undo/']"),
    ),
    Screen(
        "provider-enrolment",
        PROVIDER,
        "/cohort/?name=Jake+Thornton",
        Follow("css=tbody a[href*='/apprenticeships/']", "Correct the enrolment"),
    ),
    Screen(
        "provider-enrolment-undo",
        PROVIDER,
        "/cohort/?name=Jake+Thornton",
        Follow("css=tbody a[href*='/apprenticeships/']", "Correct the enrolment", "Undo the enrolment"),
    ),
    Screen("provider-enrolments-undone", PROVIDER, "/apprenticeships/undone/"),
    Screen("provider-record", PROVIDER, "/record/"),
    Screen("employer-learners", EMPLOYER, "/cohort/"),
    Screen("employer-learner", EMPLOYER, "/cohort/", Follow("css=a[href*='/apprenticeships/']")),
    Screen("standards", PROVIDER, "/standards/"),
    Screen("standard", PROVIDER, "/standards/", Follow("css=a[href*='/standards/ST0321/']")),
    Screen("progression", APPRENTICE, "/standards/ST0321/progression/"),
    Screen("carries-over", APPRENTICE, "/standards/ST0321/progression/ST9901/"),
    Screen("duty-lens", APPRENTICE, "/standards/ST9901/1.0/", ask_duty_lens),
    Screen("elsewhere-choice", APPRENTICE, "/", Follow("css=a[href*='/elsewhere/']")),
    Screen("elsewhere", APPRENTICE, "/", Follow("css=a[href*='/elsewhere/']", "css=a[href*='to=ST9901']")),
    Screen("standard-duty", PROVIDER, "/standards/ST9901/1.0/", Follow("css=a[href*='/duties/']")),
    Screen("standards-import", PROVIDER, "/standards/import/"),
    Screen("standards-import-preview", PROVIDER, "/standards/import/", preview_import),
    Screen("standards-import-refused", PROVIDER, "/standards/import/", refused_import),
    Screen("standards-keepers", PROVIDER, "/standards/keepers/"),
    Screen("standards-record", PROVIDER, "/standards/record/"),
    Screen("standards-revisions", PROVIDER, "/standards/revisions/"),
    Screen("provider-move-learners", PROVIDER, "/standards/ST0321/transition/", with_a_correction),
    Screen("provider-revision", PROVIDER, "/standards/revisions/?show=adopted", Follow("css=.row-list a")),
    Screen("provider-learners-moved", PROVIDER, "/standards/ST0321/transition/", one_moved),
    Screen(
        "provider-history-of-the-standard",
        PROVIDER,
        "/standards/ST0321/transition/",
        lambda page: (one_moved(page), Follow("Moved", "KSBs from earlier versions")(page)),
    ),
    Screen("apprentice-gateway", APPRENTICE, f"{AMIRA}/gateway/"),
    Screen("apprentice-english-and-maths", APPRENTICE, f"{AMIRA}/attainments/"),
    Screen("apprentice-hours", APPRENTICE, f"{AMIRA}/hours/"),
    Screen("apprentice-hours-import", APPRENTICE, f"{AMIRA}/hours/import/"),
    Screen("apprentice-reviews", APPRENTICE, f"{AMIRA}/reviews/"),
    Screen("apprentice-progress", APPRENTICE, f"{AMIRA}/progress/"),
    Screen("apprentice-learning-support", APPRENTICE, f"{AMIRA}/support/"),
    Screen("assessor-gateways", ASSESSOR, "/gateway/"),
    Screen("assessor-gateway-declaring", PROVIDER, "/apprenticeships/{Chloe Hargreaves}/gateway/"),
    Screen("assessor-english-and-maths", ASSESSOR, f"{AMIRA}/attainments/"),
    Screen("assessor-english-and-maths-passed", ASSESSOR, f"{AMIRA}/attainments/maths/passed/"),
    Screen("assessor-fewer-hours", ASSESSOR, f"{AMIRA}/hours/fewer/"),
    Screen("assessor-hours", ASSESSOR, f"{AMIRA}/hours/"),
    Screen("assessor-file", ASSESSOR, f"{AMIRA}/file/"),
    Screen("assessor-document", ASSESSOR, f"{AMIRA}/file/", Follow("css=a[href*='/documents/']")),
    Screen("assessor-document-add", ASSESSOR, f"{AMIRA}/file/add/"),
    Screen("assessor-learning-support", ASSESSOR, f"{AMIRA}/support/"),
    Screen("assessor-sessions", ASSESSOR, "/sessions/"),
    Screen("assessor-session", ASSESSOR, "/sessions/", Follow("css=td a")),
    Screen("assessor-session-new", ASSESSOR, "/sessions/new/"),
    Screen("assessor-reviews", ASSESSOR, "/reviews/"),
    Screen("assessor-review-signing", ASSESSOR, f"{AMIRA}/reviews/", Follow("css=.row-list a")),
    Screen("assessor-review-write", ASSESSOR, "/apprenticeships/{Liam Gallacher}/reviews/", write_review),
    Screen("assessor-review-rhythm", ASSESSOR, f"{AMIRA}/reviews/rhythm/"),
    Screen("assessor-caseload", ASSESSOR, "/caseload/"),
    Screen("iqa-quality", IQA, "/quality/"),
    Screen("iqa-sampling-plan", IQA, "/quality/plans/", Follow("css=.row-list a")),
    Screen("iqa-sampling-plan-new", IQA, "/quality/plans/new/"),
    Screen("iqa-sample", IQA, "/quality/", Follow("css=th a")),
    Screen("iqa-standardisations", IQA, "/quality/standardisation/"),
    Screen("iqa-standardisation", IQA, "/quality/standardisation/", Follow("css=.row-list a")),
    Screen("iqa-standardisation-new", IQA, "/quality/standardisation/new/"),
    Screen("iqa-investigations", IQA, "/quality/investigations/"),
    Screen("iqa-conflicts", IQA, "/quality/conflicts/"),
    Screen("iqa-hidden-files", IQA, "/quality/hidden/"),
    Screen("provider-overview", PROVIDER, "/cohort/overview/"),
    Screen("provider-heat-map", PROVIDER, "/cohort/heat-map/"),
    Screen("provider-gateway-result", PROVIDER, "/apprenticeships/{Leah Abiola}/gateway/"),
    Screen("provider-result-new", PROVIDER, "/apprenticeships/{Owen Prosser}/result/"),
    Screen("provider-audit-pack", PROVIDER, f"{AMIRA}/audit/"),
    Screen("provider-review-form", PROVIDER, "/reviews/form/"),
    Screen("provider-downloads", PROVIDER, "/cohort/", with_a_download),
    Screen("employer-people", EMPLOYER, "/my-people/"),
    Screen("employer-plan", EMPLOYER, f"{AMIRA}/plan/"),
    Screen("employer-review", EMPLOYER, f"{AMIRA}/reviews/", Follow("css=.row-list a")),
    Screen("employer-gateway", EMPLOYER, "/apprenticeships/{Owen Prosser}/gateway/"),
    Screen("profile", APPRENTICE, "/account/profile/"),
    Screen("second-factor", PROVIDER, "/account/2fa/"),
    Screen("sessions", PROVIDER, "/account/sessions/"),
]


def sign_in(context: BrowserContext, address: str, who: str) -> None:
    """Sign in by the demo's one-click button."""
    page = context.new_page()
    page.goto(f"{address}/account/login/")
    page.locator(f"form:has(input[value='{who}']) button").click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    page.close()


#: What a page can leave on a device, as the browser names it. Sign-in is a cookie and stays.
ON_THE_DEVICE = "local_storage,indexeddb,service_workers,cache_storage"


def learners(page: Page, address: str) -> dict[str, str]:
    """The ids of the demo's learners by their names, as the list of all of them links to them."""
    page.goto(f"{address}/cohort/")
    links = page.locator("th a").evaluate_all("links => links.map(link => [link.textContent.trim(), link.pathname])")
    return {name: path.strip("/").split("/")[-1] for name, path in links}


class Device:
    """What one person looks at all their screens with, in one page: a new one takes longer than the visit."""

    def __init__(self, browser: Browser, address: str, who: str, *, keeps: bool) -> None:
        # Without a service worker, unless it is looked at: each page would ask whether there is a newer one.
        workers = "allow" if keeps else "block"
        self._context = browser.new_context(viewport=WIDTHS["375"], reduced_motion="reduce", service_workers=workers)
        if who:
            sign_in(self._context, address, who)
        self._page = self._context.new_page()
        # Whatever is typed on a screen may be lost when the next one is opened.
        self._page.on("dialog", lambda dialog: dialog.accept())
        self._address = address
        self._known: dict[tuple[str, ...], str] = {}

    def show(self, path: str, act: Callable[[Page], None] | None) -> Page:
        """Open a screen on a phone, with light colours."""
        page = self._page
        page.set_viewport_size(WIDTHS["375"])
        page.emulate_media(color_scheme="light")
        if act is None or isinstance(act, Follow):
            (act or Follow()).open(page, f"{self._address}{path}", self._known)
        else:
            page.goto(f"{self._address}{path}")
            act(page)
        return page

    def clear(self) -> None:
        """Take away what the last screen left on the device, which is there once its page is gone."""
        self._page.goto("about:blank")
        self._page.unroute_all()
        session = self._context.new_cdp_session(self._page)
        session.send("Storage.clearDataForOrigin", {"origin": self._address, "storageTypes": ON_THE_DEVICE})
        session.detach()

    def close(self) -> None:
        self._context.close()


def visits(browser: Browser, address: str) -> Iterator[tuple[Screen, Page]]:
    """Each screen, open in a page of a phone's width and light colours, which the one who looks at it may change.

    What a screen leaves on the device is cleared before the next, so that none finds it. Nothing is left by one that is
    only opened.
    """
    devices: dict[tuple[str, bool], Device] = {}

    def device_of(who: str, *, keeps: bool = False) -> Device:
        if (who, keeps) not in devices:
            devices[who, keeps] = Device(browser, address, who, keeps=keeps)
        return devices[who, keeps]

    try:
        ids = learners(device_of(PROVIDER).show("/", None), address)
        for screen in SCREENS:
            device = device_of(screen.who, keeps=screen.name.startswith("offline"))
            yield screen, device.show(screen.path.format_map(ids), screen.act)
            if screen.act is not None and not isinstance(screen.act, Follow):
                device.clear()
    finally:
        for device in devices.values():
            device.close()
