"""One side of the comparison: the image as scanned, the specimens' strip, and what the network sees."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from sigverify.domain import Problem, Role, View
from sigverify.gui.image_view import ImageView
from sigverify.gui.keys import Keys
from sigverify.gui.network_view import NetworkView
from sigverify.gui.pane_header import PaneHeader
from sigverify.gui.pane_parts import DropCover, DropHint, ProblemSheet, ZoomChip
from sigverify.gui.pictures import to_qimage
from sigverify.gui.small_parts import Card
from sigverify.gui.specimen_strip import Shown, SpecimenStrip
from sigverify.gui.theme import GRID
from sigverify.wording import specimen_subject

SMALLEST: Final = 45 * GRID  # pixels wide


class DropPane(Card):
    """Shows the items of one side, one of them large; asks for everything else."""

    open_asked = Signal()
    recent_asked = Signal(str)
    removed = Signal(int)
    page_asked = Signal(int, int)  # item, page counted from 0
    chosen_changed = Signal(int)

    def __init__(self, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.role = role
        self._items: tuple[Shown, ...] = ()
        self._chosen = 0
        self._looked_at: View | None = None
        several = role is Role.SPECIMEN
        title = self.tr("On file") if several else self.tr("Questioned")
        key = Keys.OPEN_SPECIMENS if several else Keys.OPEN_QUESTIONED
        self.header = PaneHeader(title, self.tr("Add") if several else self.tr("Open"), key)
        self.hint, self.view, self.problem = DropHint(), ImageView(), ProblemSheet()
        self.chip = ZoomChip(self.view)
        self.strip = SpecimenStrip(self.problem)
        self.network = NetworkView()
        self.cover = DropCover(self)
        self._lay_out()
        self._join()
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.view.setAccessibleName(self.tr("{side}, as scanned").format(side=title))
        self.setMinimumWidth(SMALLEST)
        self._say_what_belongs_here()
        self.show_items((), 0)

    def _lay_out(self) -> None:
        self.stack = QStackedWidget()
        self.stack.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        for part in (self.hint, self.view, self.problem):
            self.stack.addWidget(part)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, GRID, 2 * GRID, 2 * GRID)
        box.setSpacing(GRID)
        box.addWidget(self.header)
        box.addWidget(self.stack, 1)
        box.addWidget(self.strip)
        box.addWidget(self.network)

    def _join(self) -> None:
        self.header.open_asked.connect(self.open_asked)
        self.header.recent_asked.connect(self.recent_asked)
        self.header.remove_asked.connect(self.remove_chosen)
        self.header.stepper.asked.connect(lambda page: self.page_asked.emit(self._chosen, page))
        self.hint.open_asked.connect(self.open_asked)
        self.strip.chosen.connect(self.choose)
        self.strip.removed.connect(self.removed)

    def _say_what_belongs_here(self) -> None:
        if self.role is Role.QUESTIONED:
            headline = self.tr("Drop the signature in question")
            lines = self.tr(
                "the one on the cheque · or Open {open} · Paste {paste}\n"
                "Two files at once fill both sides: first this one, then the one on file"
            ).format(open=Keys.OPEN_QUESTIONED.text, paste=Keys.PASTE.text)
        else:
            headline = self.tr("Drop the signature on file")
            lines = self.tr(
                "one or several of the same person · or Add {open} · Paste {paste}\nSeveral judge better than one"
            ).format(open=Keys.OPEN_SPECIMENS.text, paste=Keys.PASTE.text)
        self.hint.show_words(headline, lines)

    # what is shown

    @property
    def chosen(self) -> int:
        """Which of the items is shown large."""
        return self._chosen

    @property
    def items(self) -> tuple[Shown, ...]:
        """What this side holds."""
        return self._items

    def choose(self, index: int) -> None:
        """Show another of the items large."""
        self.show_items(self._items, index)
        self.chosen_changed.emit(self._chosen)

    def remove_chosen(self) -> None:
        """Ask to take away the item that is shown large."""
        if self._items:
            self.removed.emit(self._chosen)

    def show_items(self, items: tuple[Shown, ...], chosen: int) -> None:
        """Show these items, one of them large."""
        self._items = items
        self._chosen = min(max(chosen, 0), max(len(items) - 1, 0))
        self.strip.setVisible(self.role is Role.SPECIMEN and bool(items))
        self.strip.show_items(items, self._chosen)
        self.header.remove.setVisible(bool(items))
        self.header.detail.show_parts(*self._detail())
        self._show_large(items[self._chosen] if items else None)

    def _show_large(self, item: Shown | None) -> None:
        result = None if item is None else item.result
        view = result if isinstance(result, View) else None
        self.header.stepper.show_page(view.page if view else 0, view.pages if view else 1)
        if view is not None:
            self._look_at(view)
            self.network.show_view(view, self._subject(), self._agreement())
        else:
            self._looked_at = None
            self.view.clear()
            self.network.show_nothing(self.tr("Reading …") if item and result is None else "")
        if isinstance(result, Problem):
            self.problem.show_problem(result)
        page = self.hint if item is None else self.problem if isinstance(result, Problem) else self.view
        self.stack.setCurrentWidget(page)

    def _look_at(self, view: View) -> None:
        same = self._looked_at is not None and self._looked_at.digest == view.digest
        self._looked_at = view
        if same:
            return  # the clerk may have zoomed into it
        scale = view.picture.shape[1] / view.width
        box = None
        if view.box is not None:
            x0, y0, x1, y1 = (edge * scale for edge in view.box)
            box = QRectF(x0, y0, x1 - x0, y1 - y0)
        self.view.show_image(to_qimage(view.picture), box)
        self.view.setAccessibleDescription(view.name)

    def take_focus(self) -> None:
        """Bring the keyboard to this side."""
        (self.stack.currentWidget() or self).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _subject(self) -> str:
        if self.role is Role.QUESTIONED:
            return self.tr("The questioned signature")
        return specimen_subject(self._chosen, len(self._items))

    def _detail(self) -> list[str]:
        if not self._items:
            return []
        item = self._items[self._chosen]
        parts = [item.name]
        if len(self._items) > 1:
            number = self.tr("{number} of {count}").format(number=self._chosen + 1, count=len(self._items))
            parts = [f"{number}  {item.name}"]
        if isinstance(item.result, View):
            parts.append(f"{item.result.width} × {item.result.height}")
            parts += [self.tr("{dpi} dpi").format(dpi=round(item.result.dpi))] if item.result.dpi else []
        return parts

    def _agreement(self) -> str:
        known = [(item.distance, index) for index, item in enumerate(self._items) if item.distance is not None]
        if len(known) < 2:
            return ""
        nearest = min(known)
        text = self.tr("Nearest: specimen {number}, at {distance}")
        return text.format(number=nearest[1] + 1, distance=f"{nearest[0]:.3f}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.cover.setGeometry(self.rect())
