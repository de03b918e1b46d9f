"""The security headers of every response.

Content-Security-Policy Level 3, Permissions-Policy and Referrer-Policy as in the W3C's drafts, HSTS as in RFC 6797.
The policy allows nothing inline and no other host, so that injected markup can neither run code nor send requests.
"""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

ONE_YEAR_SECONDS = 365 * 24 * 60 * 60


def init_app(app: Flask) -> None:
    """Add the headers to every response of ``app``, unless the view has set its own."""
    app.after_request(_secure)


def make_private(response: Response, referrer_policy: str = "same-origin") -> Response:
    """Tell caches not to store the response, search engines not to list it, and browsers not to send its address on.

    No other site gets the address with ``same-origin`` either. With ``no-referrer``, which is for pages without a form,
    browsers would send forms with ``Origin: null``, so :func:`blog.same_origin.is_same_origin` would refuse them over
    plain HTTP.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = referrer_policy
    return response


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Section 7.2 of RFC 6797 forbids this header over HTTP.
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR_SECONDS}")
    return response
