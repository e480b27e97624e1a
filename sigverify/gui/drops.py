"""What is dragged over the window: announced while it hovers, taken to a side or to the batch when it is let go."""

from PySide6.QtGui import QDropEvent, Qt
from PySide6.QtWidgets import QWidget

from sigverify.domain import Role
from sigverify.gui import incoming
from sigverify.gui.batch.desk import BatchDesk
from sigverify.gui.verify_page import VerifyPage


class Drops:
    """Asked by the window, which is what receives the events."""

    def __init__(self, window: QWidget, page: VerifyPage, batch: BatchDesk) -> None:
        self._window, self._page, self._batch = window, page, batch

    def hover(self, event: QDropEvent) -> None:
        """Say where it would go; accepts the event where there is something to be taken."""
        mime = event.mimeData()
        if self._batch.hover(mime):
            _copy(event)
        elif incoming.offers_image(mime):
            _copy(event)
            self._page.announce_drop(incoming.count_offered(mime), self._role_under(event))

    def leave(self) -> None:
        """It went elsewhere: announce nothing any more."""
        self._page.announce_drop(0, None)
        self._batch.cover.show_text("")

    def take(self, event: QDropEvent) -> bool:
        """Take what was let go; whether that was pictures to compare."""
        self._page.announce_drop(0, None)
        if self._batch.take(event):
            return False
        sources = incoming.sources_in(event.mimeData())
        if sources:
            _copy(event)
            self._page.take(sources, self._role_under(event))
        return bool(sources)

    def _role_under(self, event: QDropEvent) -> Role | None:
        return self._page.role_at(self._page.mapFrom(self._window, event.position().toPoint()))


def _copy(event: QDropEvent) -> None:
    """Accept it as a copy: a file manager must not take it for moved."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
