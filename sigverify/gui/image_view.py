"""One image on a quiet ground: zoomed with the wheel, panned by dragging, with the ink's box drawn on it."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from sigverify.gui.theme import GRID, RADIUS, colours

NOTCH: Final = 120.0  # of a wheel, in eighths of a degree
STEP: Final = 1.25  # one notch or one key press
LARGEST_FIT: Final = 3.0  # a small scan is not blown up further than this by itself
LARGEST: Final = 24.0  # logical pixels to one of the image
PART_SHOWN: Final = 0.6  # of the widget that a part zoomed to fills
PIXELS_SEEN: Final = 6.0  # from here on pixels are shown as squares, not smoothed
PAN_KEYS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class ImageView(QWidget):
    """Shows an image; the wheel zooms about the pointer, Shift or Ctrl with it pans, dragging pans too."""

    zoomed = Signal(float)  # logical pixels to one of the image

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._box: QRectF | None = None
        self._scale: float | None = None  # None: fitted to the widget
        self._centre = QPointF()  # of the widget, in pixels of the image
        self._held: QPointF | None = None
        self._scaled: tuple[float, QPixmap] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 64)

    # what is shown

    def show_image(self, image: QImage, box: QRectF | None) -> None:
        """Show an image with the ink's box in its pixels, fitted to the widget."""
        self._image, self._box, self._scaled = image, box, None
        self.fit()

    def show_box(self, box: QRectF | None) -> None:
        """Show another ink's box on the same image, which stays as it is zoomed."""
        self._box = box
        self.update()

    def clear(self) -> None:
        """Show no image."""
        self._image, self._box, self._scaled = None, None, None
        self.fit()

    @property
    def has_image(self) -> bool:
        """Whether there is an image to look at."""
        return self._image is not None

    @property
    def image_width(self) -> int:
        """Pixels across of the image shown; 0 without one."""
        return 0 if self._image is None else self._image.width()

    @property
    def zoomed_in(self) -> bool:
        """Whether less than all of the image is shown."""
        return self._scale is not None

    # zoom and pan

    @property
    def scale(self) -> float:
        """Logical pixels to one pixel of the image."""
        return self._fitting() if self._scale is None else self._scale

    @property
    def centre(self) -> QPointF:
        """The point of the image at the middle of the widget."""
        return QPointF(self._centre)

    def fit(self) -> None:
        """Show all of the image."""
        self._scale = None
        if self._image is not None:
            self._centre = QPointF(self._image.width() / 2, self._image.height() / 2)
        self._moved()

    def zoom_in(self) -> None:
        """One step closer."""
        self.zoom(STEP, QRectF(self.rect()).center())

    def zoom_out(self) -> None:
        """One step away, as far as the fitted size."""
        self.zoom(1 / STEP, QRectF(self.rect()).center())

    def zoom(self, factor: float, about: QPointF) -> None:
        """Zoom by a factor; the point of the image under `about` stays where it is."""
        if self._image is None:
            return
        fitting, before = self._fitting(), self.scale
        after = min(max(before * factor, fitting), max(LARGEST, fitting))
        if after <= fitting:
            self.fit()
            return
        away = about - QRectF(self.rect()).center()
        self._centre += away / before - away / after
        self._scale = after
        self._moved()

    def zoom_to(self, part: QRectF) -> None:
        """Zoom so that this part of the image fills a good half of the widget."""
        if self._image is not None and not part.isEmpty():
            across, down = self.width() / part.width(), self.height() / part.height()
            self.fit()
            self.zoom(PART_SHOWN * min(across, down) / self.scale, QRectF(self.rect()).center())
            self.pan((self._centre - part.center()) * self.scale)

    def pan(self, by: QPointF) -> None:
        """Move the image by logical pixels; it never leaves the widget."""
        self._centre -= by / self.scale
        self._moved()

    def on_screen(self, point: QPointF) -> QPointF:
        """Where a point of the image is in the widget."""
        return self._sharp(QRectF(self.rect()).center() - self._centre * self.scale) + point * self.scale

    def in_image(self, point: QPointF) -> QPointF:
        """The point of the image, or beyond its edge, at a point of the widget."""
        return (point - self.on_screen(QPointF(0, 0))) / self.scale

    def bring_into_view(self, part: QRectF) -> None:
        """Pan as little as shows this part of the image."""
        seen = QRectF(self.on_screen(part.topLeft()), part.size() * self.scale)
        room = QRectF(self.rect()).adjusted(2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID)
        by = QPointF(
            max(room.left() - seen.left(), 0) or min(room.right() - seen.right(), 0),
            max(room.top() - seen.top(), 0) or min(room.bottom() - seen.bottom(), 0),
        )
        if self._scale is not None and not by.isNull():
            self.pan(by)

    def _fitting(self) -> float:
        if self._image is None:
            return 1.0
        room = QSizeF(self.width() - 2 * GRID, self.height() - 2 * GRID)
        each = min(room.width() / self._image.width(), room.height() / self._image.height())
        return max(min(each, LARGEST_FIT), 0.001)

    def _moved(self) -> None:
        if self._image is not None:
            self._centre = QPointF(
                _kept(self._centre.x(), self._image.width(), self.width() / self.scale),
                _kept(self._centre.y(), self._image.height(), self.height() / self.scale),
            )
        self.show_plain_cursor()
        self.zoomed.emit(self.scale)
        self.update()

    def show_plain_cursor(self) -> None:
        """An arrow, or a hand where there is something to pan."""
        self.setCursor(Qt.CursorShape.ArrowCursor if self._scale is None else Qt.CursorShape.OpenHandCursor)

    # events

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = QPointF(event.angleDelta())
        held = event.modifiers()
        if self._image is None or turn.isNull():
            event.ignore()
        elif held & Qt.KeyboardModifier.ShiftModifier or not turn.y():
            self.pan(QPointF(turn.x() or turn.y(), 0))
        elif held & Qt.KeyboardModifier.ControlModifier:
            self.pan(QPointF(0, turn.y()))
        else:
            self.zoom(STEP ** (turn.y() / NOTCH), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._scale is not None and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._held = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            by, self._held = event.position() - self._held, event.position()
            self.pan(by)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self._moved()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._scale is None:
            self.zoom(STEP**3, event.position())
        else:
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in PAN_KEYS and self._scale is not None:
            x, y = PAN_KEYS[key]
            self.pan(QPointF(-x, -y) * 5 * GRID)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_in()
        elif key == Qt.Key.Key_Minus:
            self.zoom_out()
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._moved()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = QPainterPath()
        sheet.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS / 2, RADIUS / 2)
        painter.fillPath(sheet, QColor(colours().ground))
        if self._image is not None:
            painter.save()
            painter.setClipPath(sheet)
            self._paint_image(painter, self._image)
            painter.restore()
        painter.setPen(QPen(QColor(colours().accept if self.hasFocus() else colours().border), 1))
        painter.drawPath(sheet)

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        scale, ratio = self.scale, self.devicePixelRatioF()
        corner = self.on_screen(QPointF(0, 0))
        target = QRectF(corner, QSizeF(image.size()) * scale)
        painter.setPen(QPen(QColor(colours().border), 1))
        painter.drawRect(target.adjusted(-0.5, -0.5, 0.5, 0.5))
        if scale * ratio < 1.0:
            painter.drawPixmap(target.topLeft(), self._shrunk(image, scale * ratio))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < PIXELS_SEEN)
            seen = QRectF(self.rect()).intersected(target)
            part = QRectF((seen.topLeft() - corner) / scale, seen.size() / scale)
            painter.drawImage(seen, image, part)
        self._paint_marks(painter)

    def _paint_marks(self, painter: QPainter) -> None:
        """Draw what is marked on the image, over it."""
        if self._box is not None:
            self._paint_box(painter, QRectF(self.on_screen(self._box.topLeft()), self._box.size() * self.scale))

    def _sharp(self, point: QPointF) -> QPointF:
        """The nearest corner of a pixel of the screen, so that pixels of the image fall on whole ones."""
        ratio = self.devicePixelRatioF()
        return QPointF(round(point.x() * ratio) / ratio, round(point.y() * ratio) / ratio)

    def _shrunk(self, image: QImage, scale: float) -> QPixmap:
        """The whole image area-averaged to the device's pixels; kept until the scale changes."""
        if self._scaled is None or self._scaled[0] != scale:
            small = image.scaled(
                max(1, round(image.width() * scale)),
                max(1, round(image.height() * scale)),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            small.setDevicePixelRatio(self.devicePixelRatioF())
            self._scaled = (scale, QPixmap.fromImage(small))
        return self._scaled[1]

    @staticmethod
    def _paint_box(painter: QPainter, box: QRectF) -> None:
        box = box.adjusted(-GRID / 2, -GRID / 2, GRID / 2, GRID / 2)
        accent = QColor("#1c6bb3")  # on paper, which is white in both themes
        painter.setPen(QPen(accent, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        for corner in (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight()):
            painter.drawRect(QRectF(corner - QPointF(2.5, 2.5), QSizeF(5, 5)))


def _kept(centre: float, length: float, seen: float) -> float:
    """A centre from which no more than the image is seen; the middle where all of it is."""
    if seen >= length:
        return length / 2
    return min(max(centre, seen / 2), length - seen / 2)
