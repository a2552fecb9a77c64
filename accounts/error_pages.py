"""The pages that say no: each tells what happened and what to do next, and nothing about the inside."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.errors import WorkflowError


def refused(request: HttpRequest, error: WorkflowError) -> HttpResponse:
    """The page for an act that a workflow function refused, with its message and status."""
    return render(request, f"errors/{error.status}.html", {"message": str(error)}, status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/403.html", {"message": ""}, status=403)
