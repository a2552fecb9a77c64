"""The files of the project that rules are about."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    "config",
    "core",
    "audit",
    "accounts",
    "jobs",
    "files",
    "occupations",
    "apprenticeships",
    "signing",
    "portfolios",
    "assessments",
    "programme",
    "notifications",
    "reports",
    "pages",
    "demo",
)


def named(path: Path) -> str:
    """The path from the project's folder."""
    return path.relative_to(ROOT).as_posix()


def python_files(*folders: str) -> list[Path]:
    """All modules in these folders, apart from migrations."""
    return [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    """All our templates of pages, mails and parts."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file() and path.suffix != ".md")
