"""What the feed says of its tables: their columns and what each holds, as OData describes them (CSDL 4.0)."""

from xml.sax.saxutils import quoteattr

from reports.feeds.models import FeedKey
from reports.feeds.tables import TABLES, FeedTable
from reports.tables.columns import Kind

NAMESPACE = "Craftmark"
#: Said of a column that always has a value.
_REQUIRED = ' Nullable="false"'
TYPES = {
    Kind.TEXT: "Edm.String",
    Kind.WHOLE: "Edm.Int32",
    Kind.NUMBER: "Edm.Double",
    Kind.DAY: "Edm.Date",
    Kind.DAY_OF_MOMENT: "Edm.Date",
    Kind.YES_NO: "Edm.Boolean",
    Kind.ID: "Edm.Guid",
}


def tables_of(key: FeedKey) -> list[FeedTable]:
    """The tables that a key opens, in order."""
    return [table for table in TABLES.values() if table.name in key.tables]


def described(key: FeedKey) -> str:
    """The document at `$metadata`, of what the key opens."""
    tables = tables_of(key)
    sets = "".join(
        f"<EntitySet Name={quoteattr(table.name)} EntityType={quoteattr(f'{NAMESPACE}.{_type(table)}')}/>"
        for table in tables
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
        f'<Schema Namespace="{NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        f"{''.join(_entity(table, key) for table in tables)}"
        f'<EntityContainer Name="Feed">{sets}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>'
    )


def _type(table: FeedTable) -> str:
    return f"{table.name}Row"


def _entity(table: FeedTable, key: FeedKey) -> str:
    keys = "".join(f"<PropertyRef Name={quoteattr(name)}/>" for name in table.key)
    properties = "".join(
        f"<Property Name={quoteattr(name)} Type={quoteattr(TYPES[column.kind])}"
        f"{_REQUIRED if name in table.key else ''}/>"
        for name, column in table.opened_by(key).items()
    )
    return f"<EntityType Name={quoteattr(_type(table))}><Key>{keys}</Key>{properties}</EntityType>"
