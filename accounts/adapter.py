"""What we decide for django-allauth: nobody signs up by themself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed to strangers: people come in by invitation."""
        return False
