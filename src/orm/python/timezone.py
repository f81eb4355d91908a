from contextlib import ContextDecorator


class override(ContextDecorator):
    def __init__(self, timezone):
        self.timezone = timezone

    def __enter__(self):
        self.old_timezone = _active()
        deactivate() if self.timezone is None else activate(self.timezone)

    def __exit__(self, exc_type, exc_value, traceback):
        deactivate() if self.old_timezone is None else activate(self.old_timezone)
