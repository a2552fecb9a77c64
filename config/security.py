"""The content security policy, in one place: our own files only, nothing inline."""

from csp.constants import NONE, SELF
from csp.utils import build_policy

CONTENT_SECURITY_POLICY = build_policy(
    {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap's check marks and select arrows, and the QR code of an authenticator app, are data: images.
        "img-src": [SELF, "data:"],
        # What somebody has just recorded is played to them before it is sent: it is a blob: of the page's own.
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
)
