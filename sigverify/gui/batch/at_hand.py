"""The item at hand: shown on the Verify page, ruled on, noted on."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from sigverify.batch.items import Result, Said
from sigverify.gui.batch.note import NoteDialog
from sigverify.gui.batch.pages import Pages
from sigverify.gui.batch.session import Session
from sigverify.gui.batch.view import ResultsView
from sigverify.gui.comparison import Comparison

if TYPE_CHECKING:
    from sigverify.gui.window import MainWindow


class AtHand(QObject):
    """Keeps the queue, the table's row and the Verify page at one item; `changed`: other things can be done."""

    changed = Signal()

    def __init__(self, window: "MainWindow", session: Session, pages: Pages, view: ResultsView) -> None:
        super().__init__(window)
        self._window, self._session, self._pages, self._view = window, session, pages, view
        self._opened: Result | None = None  # the line that the Verify page shows
        session.queue.moved.connect(self._on_moved)
        window.page.changed.connect(self._on_comparison)

    @property
    def stands(self) -> bool:
        """Whether the Verify page shows an item as the batch saw it."""
        return self._opened is not None and self._window.page.comparison.questioned == self._opened.questioned_source

    @property
    def in_sight(self) -> bool:
        """Whether the item can be seen: in the list, or opened from it."""
        return self._pages.on_batch or self._opened is not None

    @property
    def rules(self) -> bool:
        """Whether A and F mean something here: the item is in sight."""
        return self._session.queue.can_rule and self.in_sight

    def put_away(self) -> None:
        """The Verify page shows no line of these results any more."""
        self._opened = None

    def look_at(self, row: int) -> None:
        """Show the item of a row of the table."""
        self._session.queue.go_to(row)
        self.look()

    def look(self) -> None:
        """Show the item at hand on the Verify page, with everything that is shown there."""
        result = self._session.result
        if result is None:
            return
        questioned = result.questioned_source
        if questioned is None and not self._pages.on_batch:
            self._opened = result  # nothing is shown beside its reasons; another's pair must not stand there
            self._window.page.change(Comparison())
            self.show_strip()
            return
        if questioned is None:
            self._window.notices.say(
                self.tr("{item} names no picture: {why}").format(item=result.item_id, why=result.reasons)
            )
            return
        self._opened = result
        self._window.page.change(Comparison(questioned=questioned, specimens=result.reference_sources))
        self.show_strip()
        self._pages.show_verify()

    def rule(self, said: Said) -> None:
        """Rule on the item at hand; on the Verify page the next one is shown."""
        if self.rules:
            self._session.rule(said)

    def note(self) -> None:
        """Ask for a note on the ruling that stands."""
        result = self._session.result
        if result is None or result.ruling is None:
            return
        dialog = NoteDialog(result.item_id, result.ruling.note, self._window)
        dialog.accepted.connect(lambda: self._session.queue.note(dialog.text))
        self._window.dialogs.show(dialog)

    def to_list(self) -> None:
        """Back to the table."""
        self._pages.show_batch()
        self._view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_strip(self) -> None:
        """Show what item the Verify page stands at, or that it stands at none."""
        result = self._session.result
        if self._opened is None or result is None:
            self._pages.strip.hide()
        else:
            self._pages.strip.show_item(result, *self._session.queue.place)
        self.changed.emit()

    def refresh_strip(self) -> None:
        """Show an item's ruling as it is now, where one is shown."""
        result, strip = self._session.result, self._pages.strip
        if self._opened is not None and result is not None and strip.isVisible():
            strip.show_item(result, *self._session.queue.place)

    def _on_moved(self) -> None:
        queue = self._session.queue
        if self._view.row != queue.row:
            self._view.choose(queue.row)
        if not self._pages.on_batch and self._opened is not None and queue.row is not None:
            self.look()
        self.show_strip()

    def _on_comparison(self, comparison: Comparison) -> None:
        """Where the clerk brings another questioned picture, the queue is no longer what the page shows."""
        shown = comparison.questioned
        meant = None if self._opened is None else self._opened.questioned_source
        if self._opened is not None and (shown and shown.path) != (meant and meant.path):
            self._opened = None
            self.show_strip()
