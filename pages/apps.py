from django.apps import AppConfig

from core import links


class PagesConfig(AppConfig):
    name = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pages import form_words

        # First: what is imported below brings forms with it.
        form_words.use()

        from pages.addresses import address_of
        from pages.portfolio.progress.dashboard import paper_of_learner
        from pages.programme.papers import paper_of_review, paper_of_scans
        from reports.paper import learner_paper

        links.resolve_with(address_of)
        learner_paper.draw_with(learner_paper.Drawn.PROGRESS, paper_of_learner)
        learner_paper.draw_with(learner_paper.Drawn.SCANS, paper_of_scans)
        learner_paper.draw_with(learner_paper.Drawn.REVIEW, paper_of_review)
