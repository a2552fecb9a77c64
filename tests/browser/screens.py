"""Every main screen of the demo: its name, who looks at it, and how to get there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Page

SEED = Path(__file__).resolve().parents[2] / "demo" / "data" / "ST0321.txt"
WIDTHS = {"375": {"width": 375, "height": 812}, "1280": {"width": 1280, "height": 900}}
SCHEMES = ["light", "dark"]


def follow(*texts: str) -> Callable[[Page], None]:
    """Open the first link with each of these texts in turn, in the page's main part or among the pages beside it.

    With `css=` it is that selector, and with `nav=` the text of a link in the navigation.
    """

    def go(page: Page) -> None:
        for text in texts:
            main, name = page.locator("main, .section-nav"), text[4:]
            if text.startswith("nav="):
                link = page.locator(".site-nav").get_by_role("link", name=name)
            else:
                link = main.locator(name) if text.startswith("css=") else main.get_by_role("link", name=text)
            page.goto(link.first.evaluate("link => link.href"))

    return go


def beside(name: str) -> Callable[[Page], None]:
    """Open the page of this name in the line of pages that belong together."""

    def go(page: Page) -> None:
        page.goto(page.get_by_role("link", name=name, exact=True).first.evaluate("link => link.href"))

    return go


def open_plan_draft(page: Page) -> None:
    """Draw up the training plan of the apprentice of the demo."""
    page.goto(page.get_by_role("link", name="Amira Begum").first.evaluate("link => link.href"))
    beside("Plan")(page)
    follow("Change the plan…")(page)


def write_review(page: Page) -> None:
    """Plan a progress review, unless one is planned, and open its form."""
    if page.get_by_role("button", name="Plan it").count():
        with page.expect_navigation():
            page.get_by_role("button", name="Plan it").click()
    else:
        follow("css=.row-list a")(page)
    follow("css=a[href$='/write/']")(page)


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
    follow("css=.row-list a")(page)
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
    follow("css=a[href*='/transitions/']")(page)


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
    Screen("apprentice-ksb", APPRENTICE, "/", follow("css=a[href*='/ksbs/K2/']")),
    Screen("apprentice-evidence-list", APPRENTICE, "/", follow("nav=My evidence")),
    Screen(
        "apprentice-evidence-needs-work", APPRENTICE, "/", follow("nav=My evidence", "Needs work", "css=.row-list a")
    ),
    Screen("apprentice-evidence-accepted", APPRENTICE, "/", follow("nav=My evidence", "Accepted", "css=.row-list a")),
    Screen("apprentice-gallery", APPRENTICE, "/", follow("nav=My evidence", "Gallery")),
    Screen("apprentice-timeline", APPRENTICE, "/", follow("nav=My evidence", "Timeline")),
    Screen("apprentice-portfolio-print", APPRENTICE, "/", follow("nav=My evidence", "Print these pieces")),
    Screen(
        "apprentice-evidence-versions",
        APPRENTICE,
        "/",
        follow("nav=My evidence", "Needs work", "css=.row-list a", "History"),
    ),
    Screen(
        "apprentice-file",
        APPRENTICE,
        "/",
        follow("nav=My evidence", "Needs work", "css=.row-list a", "css=a[href*='/view/']"),
    ),
    Screen("apprentice-add-evidence", APPRENTICE, "/", follow("Add evidence")),
    Screen(
        "apprentice-evidence-refused",
        APPRENTICE,
        "/",
        lambda page: (follow("Add evidence")(page), refused_evidence(page)),
    ),
    Screen(
        "apprentice-check-and-submit",
        APPRENTICE,
        "/",
        follow("nav=My evidence", "Draft", "css=.row-list a", "Check and send"),
    ),
    Screen("offline-nobody", "", "/offline/", nothing_on_device),
    Screen("offline-progress", APPRENTICE, "/", kept_on_device),
    Screen("offline-capture", APPRENTICE, "/", capture_on_device),
    Screen("offline-waiting", APPRENTICE, "/", waiting_on_device),
    Screen("apprentice-draft", APPRENTICE, "/", follow("nav=My evidence", "Draft", "css=.row-list a", "Continue")),
    Screen("apprentice-grid", APPRENTICE, "/", follow("Add evidence", "css=.grid-link")),
    Screen("apprentice-plan", APPRENTICE, "/", beside("Plan")),
    Screen("assessor-plan-draft", ASSESSOR, "/cohort/", open_plan_draft),
    Screen("apprentice-notices", APPRENTICE, "/notices/"),
    Screen("apprentice-emails", APPRENTICE, "/notices/emails/"),
    Screen("apprentice-waiting", APPRENTICE, "/waiting/"),
    Screen("assessor-notices", ASSESSOR, "/notices/"),
    Screen("provider-waiting", PROVIDER, "/waiting/"),
    Screen("assessor-queue", ASSESSOR, "/queue/"),
    Screen("assessor-review", ASSESSOR, "/queue/", open_review),
    Screen("assessor-learners", ASSESSOR, "/cohort/"),
    Screen("assessor-learner", ASSESSOR, "/cohort/", follow("css=a[href*='/apprenticeships/']")),
    Screen("assessor-pack", ASSESSOR, "/cohort/", follow("css=a[href*='/apprenticeships/']", "css=a[href$='/pack/']")),
    Screen("provider-plan-rules", PROVIDER, "/plan-rules/", follow("css=.row-list a")),
    Screen("pack-keys", "", "/pack-keys/"),
    Screen("iqa-cohort", IQA, "/cohort/"),
    Screen("iqa-record", IQA, "/record/"),
    Screen("provider-cohort", PROVIDER, "/cohort/"),
    Screen("provider-learner-withdrawn", PROVIDER, "/cohort/?rag=withdrawn", follow(LEARNER)),
    Screen("provider-changes", PROVIDER, "/cohort/?rag=break", follow(LEARNER, "Change…")),
    Screen("provider-change", PROVIDER, "/cohort/", follow(LEARNER, "Change…", "Start a break in learning")),
    Screen("provider-change-undo", PROVIDER, "/cohort/?rag=withdrawn", follow(LEARNER, "Change…", "Undo")),
    Screen("provider-people", PROVIDER, "/people/"),
    Screen("provider-portfolio-rules", PROVIDER, "/portfolio-policy/"),
    Screen("provider-prompts", PROVIDER, "/portfolio-policy/prompts/project/"),
    Screen("provider-invite", PROVIDER, "/people/invite/"),
    Screen("provider-auditor-invite", PROVIDER, "/people/auditors/invite/"),
    Screen("iqa-auditors", IQA, "/people/auditors/"),
    Screen("iqa-auditor", IQA, "/people/auditors/", follow("Nora Fitch")),
    Screen("auditor-learners", "auditor@demo.test", "/cohort/"),
    Screen("provider-failed-jobs", PROVIDER, "/jobs/"),
    Screen("provider-retention", PROVIDER, "/people/records/"),
    Screen("provider-erasure", PROVIDER, "/people/records/", follow("Rowan Ellery")),
    Screen("provider-enrol", PROVIDER, "/apprenticeships/enrol/"),
    Screen("provider-learners-import", PROVIDER, "/learners/import/"),
    Screen("provider-learners-import-preview", PROVIDER, "/learners/import/", preview_learners),
    Screen("provider-role-end", PROVIDER, "/people/", follow("End assessor, Martin Okafor")),
    Screen(
        "provider-assign",
        PROVIDER,
        "/cohort/",
        follow("css=tbody a[href*='/apprenticeships/']", "Assessor, trainer and mentor"),
    ),
    Screen(
        "provider-assignment-undo",
        PROVIDER,
        "/cohort/",
        follow("css=tbody a[href*='/apprenticeships/']", "Assessor, trainer and mentor", "css=a[href*='/undo/']"),
    ),
    Screen(
        "provider-enrolment",
        PROVIDER,
        "/cohort/?name=Jake+Thornton",
        follow("css=tbody a[href*='/apprenticeships/']", "Correct the enrolment"),
    ),
    Screen(
        "provider-enrolment-undo",
        PROVIDER,
        "/cohort/?name=Jake+Thornton",
        follow("css=tbody a[href*='/apprenticeships/']", "Correct the enrolment", "Undo the enrolment"),
    ),
    Screen("provider-enrolments-undone", PROVIDER, "/apprenticeships/undone/"),
    Screen("provider-record", PROVIDER, "/record/"),
    Screen("employer-learners", EMPLOYER, "/cohort/"),
    Screen("employer-learner", EMPLOYER, "/cohort/", follow("css=a[href*='/apprenticeships/']")),
    Screen("standards", PROVIDER, "/standards/"),
    Screen("standard", PROVIDER, "/standards/", follow("css=a[href*='/standards/ST0321/']")),
    Screen("progression", APPRENTICE, "/standards/ST0321/progression/"),
    Screen("carries-over", APPRENTICE, "/standards/ST0321/progression/ST9901/"),
    Screen("duty-lens", APPRENTICE, "/standards/ST9901/1.0/", ask_duty_lens),
    Screen("elsewhere-choice", APPRENTICE, "/", follow("css=a[href*='/elsewhere/']")),
    Screen("elsewhere", APPRENTICE, "/", follow("css=a[href*='/elsewhere/']", "css=a[href*='to=ST9901']")),
    Screen("standard-duty", PROVIDER, "/standards/ST9901/1.0/", follow("css=a[href*='/duties/']")),
    Screen("standards-import", PROVIDER, "/standards/import/"),
    Screen("standards-import-preview", PROVIDER, "/standards/import/", preview_import),
    Screen("standards-import-refused", PROVIDER, "/standards/import/", refused_import),
    Screen("standards-keepers", PROVIDER, "/standards/keepers/"),
    Screen("standards-record", PROVIDER, "/standards/record/"),
    Screen("standards-revisions", PROVIDER, "/standards/revisions/"),
    Screen("provider-move-learners", PROVIDER, "/standards/ST0321/transition/", with_a_correction),
    Screen("provider-revision", PROVIDER, "/standards/revisions/?show=adopted", follow("css=.row-list a")),
    Screen("provider-learners-moved", PROVIDER, "/standards/ST0321/transition/", one_moved),
    Screen(
        "provider-history-of-the-standard",
        PROVIDER,
        "/standards/ST0321/transition/",
        lambda page: (one_moved(page), follow("Moved", "KSBs from earlier versions")(page)),
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
    Screen("assessor-document", ASSESSOR, f"{AMIRA}/file/", follow("css=a[href*='/documents/']")),
    Screen("assessor-document-add", ASSESSOR, f"{AMIRA}/file/add/"),
    Screen("assessor-learning-support", ASSESSOR, f"{AMIRA}/support/"),
    Screen("assessor-sessions", ASSESSOR, "/sessions/"),
    Screen("assessor-session", ASSESSOR, "/sessions/", follow("css=td a")),
    Screen("assessor-session-new", ASSESSOR, "/sessions/new/"),
    Screen("assessor-reviews", ASSESSOR, "/reviews/"),
    Screen("assessor-review-signing", ASSESSOR, f"{AMIRA}/reviews/", follow("css=.row-list a")),
    Screen("assessor-review-write", ASSESSOR, "/apprenticeships/{Liam Gallacher}/reviews/", write_review),
    Screen("assessor-review-rhythm", ASSESSOR, f"{AMIRA}/reviews/rhythm/"),
    Screen("assessor-caseload", ASSESSOR, "/caseload/"),
    Screen("iqa-quality", IQA, "/quality/"),
    Screen("iqa-sampling-plan", IQA, "/quality/plans/", follow("css=.row-list a")),
    Screen("iqa-sampling-plan-new", IQA, "/quality/plans/new/"),
    Screen("iqa-sample", IQA, "/quality/", follow("css=th a")),
    Screen("iqa-standardisations", IQA, "/quality/standardisation/"),
    Screen("iqa-standardisation", IQA, "/quality/standardisation/", follow("css=.row-list a")),
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
    Screen("employer-review", EMPLOYER, f"{AMIRA}/reviews/", follow("css=.row-list a")),
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


def learners(browser: Browser, address: str) -> dict[str, str]:
    """The ids of the demo's learners by their names, as the list of all of them links to them."""
    with browser.new_context() as context:
        sign_in(context, address, PROVIDER)
        page = context.new_page()
        page.goto(f"{address}/cohort/")
        rows = page.locator("th a")
        links = rows.evaluate_all("links => links.map(link => [link.textContent.trim(), link.pathname])")
    return {name: path.strip("/").split("/")[-1] for name, path in links}


def visits(browser: Browser, address: str, width: str, scheme: str) -> Iterator[tuple[Screen, Page]]:
    """Each screen, open in a page of this width and colour scheme.

    Each person has one device for all their screens, as starting one takes longer than the visit. What a screen leaves
    there is cleared before the next, so that none finds it.
    """
    looks = {"viewport": WIDTHS[width], "color_scheme": scheme, "reduced_motion": "reduce"}
    devices: dict[str, BrowserContext] = {}
    ids = learners(browser, address)
    try:
        for screen in SCREENS:
            if screen.who not in devices:
                devices[screen.who] = browser.new_context(**looks)
                if screen.who:
                    sign_in(devices[screen.who], address, screen.who)
            page = devices[screen.who].new_page()
            clear = {"origin": address, "storageTypes": ON_THE_DEVICE}
            page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", clear)
            page.goto(f"{address}{screen.path.format_map(ids)}")
            if screen.act:
                screen.act(page)
            yield screen, page
            page.close()
    finally:
        for device in devices.values():
            device.close()
