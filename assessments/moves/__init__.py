"""Moving learners to another version or option: what carries over, the preview, and the move itself."""

from assessments.moves.workflow import choose_option, confirm_wording, move, undo_move

__all__ = ["choose_option", "confirm_wording", "move", "undo_move"]
