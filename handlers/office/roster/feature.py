"""The feature of the roster; its steps lie in the modules beside this one."""

from handlers.features import Feature

feature = Feature("roster")
