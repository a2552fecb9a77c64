"""Keeps the search words of the standards that were imported before there was a search over all of their text."""

from django.db import migrations

FACTS = (
    "title occupation_reference keywords job_titles green_job_titles route overview summary soc_title soc_groups "
    "employers prose"
).split()
PARTS = {"options": ["title"], "products": ["title", "reference"], "ksbs": ["statement"], "duties": ["text"]}


def index(apps, schema_editor):
    from occupations.search import columns

    SearchEntry = apps.get_model("occupations", "SearchEntry")
    for standard in apps.get_model("occupations", "Standard").objects.filter(search_entry=None):
        versions = standard.versions.only("version", "correction")
        newest = max(
            versions, key=lambda held: ([int(n) for n in held.version.split(".")], held.correction), default=None
        )
        if newest is None:
            continue
        said = {name: getattr(newest, name) for name in FACTS}
        said |= {part: list(getattr(newest, part).values(*fields)) for part, fields in PARTS.items()}
        SearchEntry.objects.create(
            standard=standard, version=newest, **columns(standard.reference, newest.lars_codes, said)
        )


def keep_uncompressed(apps, schema_editor):
    """PostgreSQL packs long texts, and would unpack a thousand of them for each search."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE occupations_searchentry ALTER COLUMN words SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [("occupations", "0002_search_and_uploads")]

    operations = [
        migrations.RunPython(keep_uncompressed, migrations.RunPython.noop),
        migrations.RunPython(index, migrations.RunPython.noop, elidable=True),
    ]
