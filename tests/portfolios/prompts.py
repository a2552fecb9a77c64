"""The form with which an admin changes the prompts of a kind, as its page sends it."""

from portfolios.prompts import MOST_PROMPTS


def prompts(*given: str, hints: tuple[str, ...] = ()) -> dict[str, str]:
    """All its fields, with these prompts and hints from the first on, and the others empty."""
    fields = {f"{name}_{number}": "" for number in range(1, MOST_PROMPTS + 1) for name in ("prompt", "hint")}
    fields |= {f"prompt_{number}": text for number, text in enumerate(given, start=1)}
    return fields | {f"hint_{number}": text for number, text in enumerate(hints, start=1)}
