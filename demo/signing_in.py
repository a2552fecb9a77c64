"""Who can sign in to the demo, as a table for a terminal."""

from django.conf import settings

from demo.cast import PEOPLE


def table() -> str:
    """Who they are, what they are, and what to look at; and the password of all."""
    heads = ("Email", "Who", "At", "Look at")
    rows = [(p.email, f"{p.name}, {p.role.lower()}", p.house.name, p.look_at) for p in PEOPLE]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    head = "  ".join(cell.ljust(width) for cell, width in zip(heads, widths, strict=True)).rstrip()
    rule = "  ".join("─" * width for width in widths)
    return "\n".join(
        [
            head,
            rule,
            *lines,
            "",
            f"Everybody's password: {settings.DEMO_PASSWORD}",
            "Or choose a name on the sign-in page.",
        ]
    )
