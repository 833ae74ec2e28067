"""What every test shares."""

from hypothesis import settings

# The same examples in every run, and no time limit on a busy machine: a failure is the code's doing.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")
