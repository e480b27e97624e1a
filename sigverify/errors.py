"""What can go wrong in a way a person can do something about; everything else is a bug and stays one."""


class SigverifyError(Exception):
    """Something the operator can mend; the message is one plain sentence that says how."""


class ReadingError(SigverifyError):
    """A file cannot be used as an image: missing, unreadable, broken, too large or not an image."""


class ModelError(SigverifyError):
    """The weights or their card are missing, damaged, swapped or made for other preprocessing."""


class SettingsError(SigverifyError):
    """The settings cannot be read or kept."""


class DataError(SigverifyError):
    """A training or evaluation data set is not laid out as expected."""


class BatchError(SigverifyError):
    """A manifest cannot be used, or results cannot be read or kept."""


class Superseded(Exception):  # noqa: N818 - nothing went wrong
    """A newer request replaced this one; silently unwound, never shown."""
