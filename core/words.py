"""Words for people, some of which are translated only when they are shown."""

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

#: A text, or one that becomes one with `str()`, in the language of whoever reads it then.
Words: TypeAlias = "_StrOrPromise"
