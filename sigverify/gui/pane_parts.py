"""What a pane can hold instead of an image, and what is laid over it: the hint, the problem, the drop, the zoom."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from sigverify.domain import Problem
from sigverify.gui.icons import draw
from sigverify.gui.image_view import ImageView
from sigverify.gui.keys import Keys
from sigverify.gui.small_parts import IconButton, Label
from sigverify.gui.theme import GRID, RADIUS, Type, colours, font


class _Sheet(QWidget):
    """An icon above centred lines of text."""

    icon = "drop"
    dashed = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(160, 64)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.headline = Label(size=Type.TITLE, bold=True, wrap=True)
        self.lines = Label(tone="muted", wrap=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        box.setSpacing(GRID // 2)
        box.addStretch()
        box.addSpacing(5 * GRID)
        for label in (self.headline, self.lines):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            box.addWidget(label)
        box.addStretch()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colours().strong_border), 1.5)
        if self.dashed:
            pen.setDashPattern([4, 4])
        painter.setPen(pen if self.dashed else QPen(QColor(colours().border), 1))
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours().accept), 1.5))
        painter.setBrush(QColor(colours().ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS / 2, RADIUS / 2)
        side = 4 * GRID
        top = self.headline.y() - side - GRID
        if top >= 0:
            draw(painter, self.icon, QRectF((self.width() - side) / 2, top, side, side), colours().faint)


class DropHint(_Sheet):
    """The empty pane: what belongs here and the ways in."""

    dashed = True
    open_asked = Signal()

    def show_words(self, headline: str, lines: str) -> None:
        """Say what belongs here."""
        self.setAccessibleName(headline)
        self.setAccessibleDescription(lines)
        self.headline.setText(headline)
        self.lines.setText(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.open_asked.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.open_asked.emit()


class ProblemSheet(_Sheet):
    """A file that could not be used, by name, and what to do about it."""

    icon = "warning"

    def show_problem(self, problem: Problem) -> None:
        """Say what is wrong with the file."""
        self.headline.setText(self.tr("This file cannot be used"))
        self.lines.setText(problem.message if problem.name in problem.message else f"{problem.name}: {problem.message}")
        self.setAccessibleName(f"{self.headline.text()}. {self.lines.text()}")


class DropCover(QWidget):
    """Laid over a pane while files hover: says what will become of them here."""

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self._pane = pane
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty while nothing hovers."""
        return self._text

    def show_text(self, text: str) -> None:
        """Cover the pane with this text; take the cover off when it is empty."""
        self._text = text
        self.setGeometry(self._pane.rect())
        self.raise_()
        self.setVisible(bool(text))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        use = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wash = QColor(use.accept_zone)
        wash.setAlphaF(0.92)
        painter.setBrush(wash)
        painter.setPen(QPen(QColor(use.accept), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        middle, side = QRectF(self.rect()).center(), 6 * GRID
        draw(painter, "drop", QRectF(middle.x() - side / 2, middle.y() - side, side, side), use.accept)
        painter.setPen(QColor(use.text))
        painter.setFont(font(Type.TITLE, bold=True))
        below = QRectF(2 * GRID, middle.y() + GRID, self.width() - 4 * GRID, 8 * GRID)
        wrapped = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(below, wrapped, self._text)


class ZoomChip(QFrame):
    """Zoom out, the zoom, zoom in and fit, in the corner of an image."""

    def __init__(self, view: ImageView) -> None:
        super().__init__(view)
        self._view = view
        self.out = IconButton("zoom-out", self.tr("Zoom out"))
        self.out.set_name(self.tr("Zoom out"), Keys.ZOOM_OUT.text)
        self.percent = Label(size=Type.SMALL, tone="muted")
        self.closer = IconButton("zoom-in", self.tr("Zoom in"))
        self.closer.set_name(self.tr("Zoom in"), Keys.ZOOM_IN.text)
        self.whole = IconButton("fit", self.tr("Show all of it"))
        self.whole.set_name(self.tr("Show all of it"), Keys.ZOOM_FIT.text)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.percent.setMinimumWidth(self.percent.fontMetrics().horizontalAdvance("2400 %"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for part in (self.out, self.percent, self.closer, self.whole):
            row.addWidget(part)
        for button, act in ((self.out, view.zoom_out), (self.closer, view.zoom_in), (self.whole, view.fit)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the view itself has keys for them
            button.clicked.connect(act)
        view.zoomed.connect(self._follow)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def _follow(self, scale: float) -> None:
        percent = scale * 100
        self.percent.setText(f"{percent:.0f} %" if percent >= 1 else "< 1 %")
        self.adjustSize()
        self.setVisible(self._view.has_image)
        self._to_corner()

    def _to_corner(self) -> None:
        """At the lower left: at the lower right of a cheque somebody has signed."""
        self.move(GRID, self._view.height() - self.height() - GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours().border), 1))
        painter.setBrush(QColor(colours().card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS / 2, RADIUS / 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._to_corner()
