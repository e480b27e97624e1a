"""The specimens on file as a row of thumbnails, each with its own distance and its own way out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QScrollArea, QToolButton, QWidget

from sigverify.domain import Box, Problem, View
from sigverify.gui.icons import draw, icon
from sigverify.gui.pictures import to_qimage
from sigverify.gui.theme import GRID, LIGHT, RADIUS, Type, colours, font
from sigverify.wording import reason_words

WIDE: Final = 19 * GRID
HIGH: Final = 9 * GRID
CAPTION: Final = 20  # pixels
MARGIN: Final = 0.08  # around the ink, of its size
ROOM: Final = QRectF(2, 2, WIDE - 4, HIGH - CAPTION - 2)  # for the image, inside a thumbnail
SHAPE: Final = ROOM.width() / ROOM.height()


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One image of a pane: what came of it (None while it is being read) and its own distance."""

    name: str
    result: View | Problem | None = None
    distance: float | None = None
    box: Box | None = None  # where a person says the signature is, in pixels of the page as given
    waiting: bool = False  # whether it is still to be searched, as soon as the model is loaded


class Thumbnail(QAbstractButton):
    """One specimen; chosen by a click or the arrow keys, taken away by its cross."""

    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFixedSize(WIDE, HIGH)
        self._shown = Shown(name="")
        self._small: QImage | None = None
        self.cross = QToolButton(self)
        self.cross.setIcon(icon("clear", LIGHT.muted))
        self.cross.setIconSize(QSize(12, 12))
        self.cross.setStyleSheet(_CROSS)
        self.cross.setFixedSize(20, 20)
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has its own key for it
        self.cross.clicked.connect(self.removed)

    def show_item(self, shown: Shown, number: int) -> None:
        """Show this specimen, the `number`th counted from 1."""
        before, after = self._shown.result, shown.result
        if not (isinstance(before, View) and isinstance(after, View) and before.digest == after.digest):
            self._small = None
        self._shown = shown
        name = self.tr("Specimen {number}, {name}").format(number=number, name=shown.name)
        self.setAccessibleName(name)
        self.setAccessibleDescription(self.caption)
        self.setToolTip(f"{name}\n{self.caption}" if self.caption else name)
        remove = self.tr("Remove specimen {number}").format(number=number)
        self.cross.setAccessibleName(remove)
        self.cross.setToolTip(remove)
        self.update()

    @property
    def caption(self) -> str:
        """What stands under the image at the right: the distance, or why there is none."""
        result = self._shown.result
        if isinstance(result, Problem):
            return self.tr("unreadable")
        if isinstance(result, View) and not result.quality.good:
            return reason_words(result.quality.reasons[0])
        return "" if self._shown.distance is None else f"{self._shown.distance:.3f}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.cross.move(self.width() - self.cross.width() - 3, 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self.isChecked()
        wide = 2.0 if marked or self.hasFocus() else 1.0
        edge = colours().accept if marked else colours().text if self.hasFocus() else colours().border
        painter.setPen(QPen(QColor(edge), wide))
        painter.setBrush(QColor(colours().paper))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS / 2, RADIUS / 2)
        if isinstance(self._shown.result, View):
            self._paint_image(painter, self._shown.result)
        elif isinstance(self._shown.result, Problem):
            side = 24.0
            draw(
                painter,
                "warning",
                QRectF(ROOM.center().x() - side / 2, ROOM.center().y() - side / 2, side, side),
                LIGHT.grey,
            )
        self._paint_caption(painter)

    def _paint_image(self, painter: QPainter, view: View) -> None:
        small = self._shrunk(view)
        size = small.deviceIndependentSize()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)  # white becomes the paper
        painter.drawImage(ROOM.center() - QPointF(size.width() / 2, size.height() / 2), small)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _shrunk(self, view: View) -> QImage:
        """The ink for this screen's pixels; made at the first paint, for most of a long strip is never seen."""
        ratio = self.devicePixelRatioF()
        if self._small is None or self._small.devicePixelRatio() != ratio:
            room = (ROOM.size() * ratio).toSize()
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self._small = _ink_of(view).scaled(room, keep, smooth)
            self._small.setDevicePixelRatio(ratio)
        return self._small

    def _paint_caption(self, painter: QPainter) -> None:
        line = QRectF(GRID, self.height() - CAPTION, self.width() - 2 * GRID, CAPTION - 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        measured = self._shown.distance is not None
        painter.setFont(font(Type.SMALL, bold=measured))
        painter.setPen(QColor(LIGHT.text if measured else LIGHT.muted))
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, self.caption)
        taken = painter.fontMetrics().horizontalAdvance(self.caption)
        painter.setFont(font(Type.SMALL))
        painter.setPen(QColor(LIGHT.muted))
        left = int(line.width()) - taken - GRID
        name = painter.fontMetrics().elidedText(Path(self._shown.name).stem, Qt.TextElideMode.ElideMiddle, left)
        if left > 3 * GRID:
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, name)


def _ink_of(view: View) -> QImage:
    """The ink with a margin, widened to the thumbnail's shape as far as the page goes; all of a page without ink."""
    if view.box is None:
        return to_qimage(view.picture)
    scale = view.picture.shape[1] / view.width
    x0, y0, x1, y1 = (edge * scale for edge in view.box)
    wide, high = (x1 - x0) * (1 + 2 * MARGIN), (y1 - y0) * (1 + 2 * MARGIN)
    wide, high = max(wide, high * SHAPE), max(high, wide / SHAPE)
    left, top = (x0 + x1 - wide) / 2, (y0 + y1 - high) / 2
    rows, columns = slice(max(round(top), 0), round(top + high)), slice(max(round(left), 0), round(left + wide))
    return to_qimage(view.picture[rows, columns])


class SpecimenStrip(QScrollArea):
    """The row of thumbnails; scrolls sideways when there are many."""

    chosen = Signal(int)
    removed = Signal(int)

    def __init__(self, after: QWidget, parent: QWidget | None = None) -> None:
        """An empty strip, which the tab key reaches from the widget `after`."""
        super().__init__(parent)
        self._after = after
        self._row = QWidget()
        self._layout = QHBoxLayout(self._row)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID)
        self._layout.addStretch()
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen)
        self.thumbnails: list[Thumbnail] = []
        self.setWidget(self._row)
        self.setWidgetResizable(True)
        self.setFixedHeight(HIGH + GRID)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Specimens on file"))

    def show_items(self, items: tuple[Shown, ...], chosen: int) -> None:
        """Show these specimens; thumbnails that stay keep the keyboard's focus."""
        while len(self.thumbnails) < len(items):
            self._add()
        for thumbnail in self.thumbnails[len(items) :]:
            self._group.removeButton(thumbnail)
            thumbnail.hide()
            thumbnail.deleteLater()
        del self.thumbnails[len(items) :]
        for index, (thumbnail, item) in enumerate(zip(self.thumbnails, items, strict=True)):
            thumbnail.show_item(item, index + 1)
            thumbnail.setChecked(index == chosen)
        if items:
            self.ensureWidgetVisible(self.thumbnails[chosen])

    def _add(self) -> None:
        thumbnail = Thumbnail(self._row)
        index = len(self.thumbnails)
        thumbnail.removed.connect(lambda: self.removed.emit(index))
        self._group.addButton(thumbnail, index)
        self._layout.insertWidget(index, thumbnail)
        QWidget.setTabOrder(self.thumbnails[-1] if self.thumbnails else self._after, thumbnail)
        self.thumbnails.append(thumbnail)
        thumbnail.show()


_CROSS: Final = """
QToolButton { background: rgba(253, 253, 251, 200); border: 1px solid transparent; border-radius: 4px; }
QToolButton:hover { background: #e6e9ee; }
QToolButton:focus { border-color: #1c6bb3; }
"""
