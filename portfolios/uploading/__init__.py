"""The resumable door: files that come piece by piece, by the tus protocol (docs/uploads.md)."""

from portfolios.uploading.sweeping import sweep_uploads

__all__ = ["sweep_uploads"]
