"""One side of the comparison: the image as scanned, the specimens' strip, and what the network sees."""

from dataclasses import replace
from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from sigverify.domain import Problem, Role, View
from sigverify.gui.cheque_view import ChequeView
from sigverify.gui.keys import Keys
from sigverify.gui.marks import Marks
from sigverify.gui.network_view import NetworkView
from sigverify.gui.pane_header import PaneHeader
from sigverify.gui.pane_parts import DropCover, DropHint, ProblemSheet, ZoomChip
from sigverify.gui.pictures import to_qimage
from sigverify.gui.search_line import SearchLine
from sigverify.gui.small_parts import Card
from sigverify.gui.specimen_strip import Shown, SpecimenStrip
from sigverify.gui.theme import GRID
from sigverify.wording import located_sentence, specimen_subject

SMALLEST: Final = 45 * GRID  # pixels wide


class DropPane(Card):
    """Shows the items of one side, one of them large; asks for everything else."""

    open_asked = Signal()
    recent_asked = Signal(str)
    removed = Signal(int)
    page_asked = Signal(int, int)  # item, page counted from 0
    chosen_changed = Signal(int)
    boxed = Signal(object, bool)  # Box or None: back to the place found; whether more is to come in a moment

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
        self.hint, self.view, self.problem = DropHint(), ChequeView(), ProblemSheet()
        self.line = SearchLine(self.view)
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
        box.addWidget(self.line)
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
        self.view.boxed.connect(lambda box: self.boxed.emit(box, True))
        self.view.place_asked.connect(self.choose_place)
        self.view.drawing_changed.connect(self._show_line)
        self.line.place_asked.connect(self.choose_place)
        self.line.drawing_asked.connect(self.draw_box)
        self.line.back_asked.connect(self.box_back)

    def _say_what_belongs_here(self) -> None:
        if self.role is Role.QUESTIONED:
            headline = self.tr("Drop the signature in question")
            lines = self.tr(
                "the whole cheque, or the signature alone · or Open {open} · Paste {paste}\n"
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
            self.view.show_marks(self._marks(view))
            self._show_line()
            if item is not None and item.waiting:
                self.network.show_nothing(self.tr("Waiting for the model …"))
            else:
                self.network.show_view(view, self._subject(), self._agreement())
        else:
            self._looked_at = None
            self.view.clear()
            self._show_line()
            self.network.show_nothing(self.tr("Reading …") if item and result is None else "")
        if isinstance(result, Problem):
            self.problem.show_problem(result)
        page = self.hint if item is None else self.problem if isinstance(result, Problem) else self.view
        self.stack.setCurrentWidget(page)

    def _look_at(self, view: View) -> None:
        before, self._looked_at = self._looked_at, view
        scale = view.picture.shape[1] / view.width
        box = None
        if view.box is not None and (view.located is None or self.role is Role.SPECIMEN):
            x0, y0, x1, y1 = (edge * scale for edge in view.box)
            box = QRectF(x0, y0, x1 - x0, y1 - y0)
        if before is not None and _same_picture(before, view):
            self.view.show_box(box)  # the clerk may have zoomed into it
        else:
            self.view.show_image(to_qimage(view.picture), box)

    # the box on a cheque

    def _marks(self, view: View) -> Marks:
        size, located, by_hand = (view.width, view.height), view.located, self._items[self._chosen].box
        if self.role is Role.SPECIMEN or located is None:
            return Marks(size=size, box=by_hand, by_hand=by_hand is not None, editable=self.role is Role.QUESTIONED)
        return Marks(
            size=size,
            box=by_hand or (located.automatic if located.by_hand else located.box),
            by_hand=by_hand is not None,
            places=tuple(candidate.box for candidate in located.offered),
            corners=located.corners,
            editable=True,
        )

    def _show_line(self) -> None:
        words, marks = self._line_words(), self.view.marks
        self.line.show_drawing(self.view.drawing)
        self.line.show_line(words, marks)
        name = "" if self._looked_at is None else self._looked_at.name
        self.view.setToolTip(self._keys_of_box() if marks.editable and marks.box is not None else "")
        self.view.setAccessibleDescription(". ".join(part for part in (name, *words) if part))

    def _keys_of_box(self) -> str:
        return self.tr(
            "Drag the box, or move it with the arrow keys: Shift resizes, Ctrl finely\n"
            "Shift and drag: another box · {zoom}: zoom to it · {back}: back to the place found"
        ).format(zoom=Keys.ZOOM_BOX.text, back=Keys.BOX_BACK.text)

    def _line_words(self) -> tuple[str, ...]:
        view, marks = self._looked_at, self.view.marks
        if self.view.drawing:
            return self.tr("Drag a box around the signature"), self.tr("or press Enter for one to move")
        if view is None or view.located is None or self.role is Role.SPECIMEN:
            return ()
        if self._items[self._chosen].waiting:
            return (self.tr("Searched as soon as the model is loaded"),)
        located = replace(view.located, box=marks.box, by_hand=marks.by_hand)
        return (located_sentence(located, view.quality),)

    def choose_place(self, index: int) -> None:
        """Ask for another of the places found, counted from 0."""
        marks = self.view.marks
        if index < len(marks.places) and index != marks.chosen:
            self.boxed.emit(marks.places[index], False)
        self._show_line()

    def next_place(self) -> None:
        """Ask for the place found after the one in force."""
        marks = self.view.marks
        if marks.places:
            self.choose_place(0 if marks.chosen is None else (marks.chosen + 1) % len(marks.places))

    def draw_box(self) -> None:
        """Let the next drag on the picture draw a box; the second time, not."""
        self.view.set_drawing(not self.view.drawing)
        self._show_line()
        if self.view.drawing:
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def box_back(self) -> None:
        """Undo a drag, or leave off drawing, or go back to the place found; in this order, one at a time."""
        if not self.view.leave_off() and self.view.marks.by_hand:
            self.boxed.emit(None, False)

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


def _same_picture(one: View, other: View) -> bool:
    """Whether two views show the same pixels, wherever on them the signature is."""
    if one.digest == other.digest:
        return True
    return (one.width, one.height) == (other.width, other.height) and np.array_equal(one.picture, other.picture)
