"""`/survei`: surveys that are open for me, answered one question after another in one message."""

from handlers.employee.survey.listing import feature

__all__ = ["feature"]
