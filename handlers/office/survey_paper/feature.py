"""The feature of paper forms; its steps lie in the modules beside this one."""

from handlers.features import Feature

feature = Feature("survey_paper")
