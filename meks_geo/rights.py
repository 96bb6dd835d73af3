"""Who may do what: the one place that says so. Every page, route and command asks here."""

from enum import StrEnum

#: The user of a machine on which no login is set up.
LOCAL = "local"


class Action(StrEnum):
    """What a person may want to do."""

    READ = "read"
    CHECK = "check"
    PUBLISH = "publish"
    ROLLBACK = "rollback"


def may(user: str, action: Action, region: str = "") -> bool:
    """Return whether a user may do something to the objects of a region.

    `region` is "" for the map of record as a whole. Without a login there is one user, `LOCAL`, who
    may do everything; nobody else exists.
    """
    del action, region  # a login will look at them
    return user == LOCAL
