"""How the Bot API refuses: a code, Telegram's own sentence, and how long to wait."""


class ApiError(Exception):
    """A refused Bot API request; the text is what Telegram's server answers, word for word where it is known."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(code, description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad_request(text: str) -> ApiError:
    """Return Telegram's 400."""
    return ApiError(400, f"Bad Request: {text}")


def stricter(text: str) -> ApiError:
    """Return a 400 for what Telegram would silently ignore: here it is a mistake that must be found."""
    return bad_request(f"simulator: {text}")


def forbidden(text: str) -> ApiError:
    """Return Telegram's 403."""
    return ApiError(403, f"Forbidden: {text}")


def flood(seconds: int) -> ApiError:
    """Return Telegram's 429 with the seconds to be silent."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", seconds)
