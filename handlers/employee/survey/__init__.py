"""`/survei`: surveys that are open for me, answered one question after another in one message; and trying one out."""

from handlers.employee.survey.listing import feature
from handlers.employee.survey.trying import feature as trying

__all__ = ["feature", "trying"]
