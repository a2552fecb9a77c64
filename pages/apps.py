from django.apps import AppConfig

from core import links


class PagesConfig(AppConfig):
    name = "pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pages import form_words
        from pages.addresses import address_of
        from pages.portfolio.progress.dashboard import paper_of_learner
        from reports.paper import learner_paper

        form_words.use()
        links.resolve_with(address_of)
        learner_paper.draw_with(paper_of_learner)
