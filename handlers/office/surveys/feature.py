"""The feature of running surveys; its steps lie in the modules beside this one."""

from handlers.features import Feature

feature = Feature("surveys")
