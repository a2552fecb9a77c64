"""How the production server starts its processes."""

import gc

from config import gunicorn


def test_what_is_loaded_is_left_out_of_the_search_for_garbage():
    """Each search through everything stopped all threads of a process for tens of milliseconds."""
    before = gc.get_freeze_count()
    try:
        gunicorn.when_ready(None)
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
