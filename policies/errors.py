"""The one base of all our errors, so that each can be said in one sentence."""


class WithcareError(Exception):
    """What went wrong and what to do about it; facts are attributes of the children."""
