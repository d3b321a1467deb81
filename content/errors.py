"""What the voice refuses: a code and values, never a sentence."""


class ContentError(Exception):
    """A refusal of this room; `code` names the text that explains it, `values` fill that text."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return f"{self.code} {self.values}" if self.values else self.code


class CatalogError(ContentError):
    """A text or label that cannot be said: `unknown`, `missing_value`, `too_long`, `undeclared` or `broken`."""


class OfficeTextError(ContentError):
    """A text by an officer: `empty`, `syntax`, `unknown_placeholder`, `missing_value`, `markup` or `too_long`."""


class FileError(ContentError):
    """A packaged or own file that cannot be taken: `missing` or `unreadable`."""


class SheetError(ContentError):
    """A spreadsheet that is refused before its rows are read; the codes stand in `content.sheets`."""
