"""A whole cheque with the signature's box on it, which a hand or the keys can move, resize and draw anew."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from sigverify.boxes import area
from sigverify.domain import Box, Point
from sigverify.gui import marks_painting as painting
from sigverify.gui.image_view import ImageView
from sigverify.gui.marks import Marks, drawn, handle_points, moved, pulled, put_down
from sigverify.gui.theme import GRID

REACH: Final = GRID  # pixels of the screen about a handle in which it is caught
COARSE: Final = 0.01  # of the page's longer side; one press of an arrow key
FINE: Final = 0.001  # with Ctrl held
ARROWS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
CURSORS: Final = {
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
}


@dataclass(frozen=True, kw_only=True)
class _Grip:
    """What the mouse holds: `follow` gives the box when it has gone so far; None leaves the one before."""

    start: Point  # pixels of the page
    before: Marks
    follow: Callable[[Point], Box | None]


class ChequeView(ImageView):
    """An image view on which a box can be edited where its marks say so; else it is a plain one."""

    boxed = Signal(object)  # Box: a person wants the signature taken from there
    place_asked = Signal(int)  # one of the places found was clicked
    drawing_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks = Marks(size=(1, 1))
        self._grip: _Grip | None = None
        self._drawing = False
        self.setMouseTracking(True)

    # what is marked

    @property
    def marks(self) -> Marks:
        """What is drawn on the picture."""
        return self._marks

    @property
    def drawing(self) -> bool:
        """Whether the next drag draws a box."""
        return self._drawing

    @property
    def held(self) -> bool:
        """Whether the mouse holds a box."""
        return self._grip is not None

    def show_marks(self, marks: Marks) -> None:
        """Draw these; a box that the mouse holds stays where the hand has it."""
        if self._grip is not None:
            marks = replace(marks, box=self._marks.box, by_hand=True)
        self._marks = marks
        if not marks.editable:
            self.set_drawing(False)
        self.update()

    def clear(self) -> None:
        """Show no image and no marks."""
        self._grip = None
        self.show_marks(Marks(size=(1, 1)))
        super().clear()

    def show_image(self, image: QImage, box: QRectF | None) -> None:
        """Show another image; whatever the mouse held of the one before is let go."""
        self._grip = None
        super().show_image(image, box)

    def set_drawing(self, on: bool) -> None:
        """Let the next drag draw a box, or not."""
        on = on and self._marks.editable
        if on != self._drawing:
            self._drawing = on
            self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
            self.drawing_changed.emit(on)
            self.update()

    def leave_off(self) -> bool:
        """Undo the drag or end the drawing; False when neither is going on."""
        if self._grip is not None:
            before, self._grip = self._grip.before, None
            self._take(before.box, before)
            return True
        going_on = self._drawing
        self.set_drawing(False)
        return going_on

    # between screen and page

    def box_on_screen(self, box: Box) -> QRectF:
        """A box of the page in the widget."""
        return QRectF(self.page_on_screen(box[:2]), self.page_on_screen(box[2:]))

    def page_on_screen(self, point: Point) -> QPointF:
        """A point of the page in the widget."""
        return self.on_screen(QPointF(*point) * self._ratio)

    def _on_page(self, point: QPointF) -> Point:
        place = self.in_image(point) / self._ratio
        return place.x(), place.y()

    @property
    def _ratio(self) -> float:
        """Pixels of the shown picture to one of the page."""
        return self.image_width / self._marks.size[0] if self.has_image else 1.0

    def _handle_at(self, point: QPointF) -> tuple[int, int] | None:
        if self._marks.box is None or not self._marks.editable:
            return None
        on_screen = self.box_on_screen(self._marks.box)
        reach = min(float(REACH), max(on_screen.width(), on_screen.height()) / 4)
        near = {
            handle: (self.page_on_screen(at) - point).manhattanLength()
            for handle, at in handle_points(self._marks.box).items()
        }
        nearest = min(near, key=lambda handle: near[handle])
        return nearest if near[nearest] <= reach else None

    def _in_box(self, point: QPointF) -> bool:
        box = self._marks.box
        return box is not None and self._marks.editable and self.box_on_screen(box).contains(point)

    def _place_at(self, point: QPointF) -> int | None:
        """The place under a point; of several the smallest, which a larger one would else cover."""
        if not self._marks.editable:
            return None
        under = [
            (index, place)
            for index, place in self._marks.others()
            if self.box_on_screen(place).contains(point) or painting.tag(self.box_on_screen(place)).contains(point)
        ]
        return min(under, key=lambda item: area(item[1]))[0] if under else None

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() != Qt.MouseButton.LeftButton or not self._marks.editable or not self.has_image:
            super().mousePressEvent(event)
            return
        start, size = self._on_page(at), self._marks.size
        handle, box = self._handle_at(at), self._marks.box
        draw = self._drawing or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if draw:
            self._hold(start, lambda end: drawn(start, end, size))
        elif handle is not None and box is not None:
            self._hold(start, lambda end: pulled(box, handle, _less(end, start), size))
        elif box is not None and self._in_box(at):
            self._hold(start, lambda end: moved(box, _less(end, start), size))
        elif (place := self._place_at(at)) is not None:
            self.place_asked.emit(place)
        else:
            super().mousePressEvent(event)

    def _hold(self, start: Point, follow: Callable[[Point], Box | None]) -> None:
        self._grip = _Grip(start=start, before=self._marks, follow=follow)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            super().mouseMoveEvent(event)
            if not event.buttons():
                self._show_cursor(event.position())
            return
        box = self._grip.follow(self._on_page(event.position()))
        before = self._grip.before
        self._take(before.box if box is None else box, before)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            super().mouseReleaseEvent(event)
            return
        changed = self._marks.box != self._grip.before.box
        self._grip = None
        if changed:
            self.set_drawing(False)
        self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._in_box(event.position()) and not self.zoomed_in:
            self.zoom_to_box()
        elif not self._drawing:
            super().mouseDoubleClickEvent(event)

    def zoom_to_box(self) -> None:
        """Show the box in force large; the second time, the whole cheque again."""
        box = self._marks.box
        if box is None or self.zoomed_in:
            self.fit()
        else:
            self.zoom_to(QRectF(QPointF(*box[:2]) * self._ratio, QPointF(*box[2:]) * self._ratio))

    def _show_cursor(self, at: QPointF) -> None:
        handle = self._handle_at(at)
        if self._drawing:
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif handle is not None:
            self.setCursor(CURSORS[handle])
        elif self._in_box(at):
            self.setCursor(Qt.CursorShape.SizeAllCursor)
        elif self._place_at(at) is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.show_plain_cursor()

    # the keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held, box = Qt.Key(event.key()), event.modifiers(), self._marks.box
        if key in ARROWS and box is not None and self._marks.editable:
            self._step(box, ARROWS[key], held)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._drawing:
            self.set_drawing(False)
            middle = self._on_page(QRectF(self.rect()).center())
            self._take(put_down(self._marks.size, middle), self._marks)
        else:
            super().keyPressEvent(event)

    def _step(self, box: Box, arrow: tuple[int, int], held: Qt.KeyboardModifier) -> None:
        share = FINE if held & Qt.KeyboardModifier.ControlModifier else COARSE
        length = max(1, round(max(self._marks.size) * share))
        by = arrow[0] * length, arrow[1] * length
        if held & Qt.KeyboardModifier.ShiftModifier:
            after = pulled(box, (abs(arrow[0]), abs(arrow[1])), by, self._marks.size)
        else:
            after = moved(box, by, self._marks.size)
        self._take(after, self._marks)
        part = QRectF(QPointF(*after[:2]) * self._ratio, QPointF(*after[2:]) * self._ratio)
        self.bring_into_view(part)

    def _take(self, box: Box | None, before: Marks) -> None:
        """Put this box in force and ask for what comes of it."""
        if box == self._marks.box:
            return
        by_hand = before.by_hand if box == before.box else True
        self._marks = replace(self._marks, box=box, by_hand=by_hand)
        self.update()
        self.boxed.emit(box)

    # painting

    def _paint_marks(self, painter: QPainter) -> None:
        super()._paint_marks(painter)
        marks = self._marks
        if marks.corners is not None:
            painting.paint_page(painter, [self.page_on_screen(corner) for corner in marks.corners])
        for index, place in marks.others():
            painting.paint_place(painter, self.box_on_screen(place), index + 1)
        if marks.box is not None:
            handles = [self.page_on_screen(at) for at in handle_points(marks.box).values()] if marks.editable else []
            number = None if marks.chosen is None or len(marks.places) < 2 else marks.chosen + 1
            painting.paint_box(painter, self.box_on_screen(marks.box), handles, number)


def _less(end: Point, start: Point) -> Point:
    return end[0] - start[0], end[1] - start[1]
