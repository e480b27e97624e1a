"""Small parts used all over the window: cards, labels that shorten themselves, buttons with their key on them."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from sigverify.gui.icons import icon
from sigverify.gui.theme import GRID, RADIUS, Type, colours, font, theme

ICON: Final = 2 * GRID
BETWEEN: Final = " · "


class Card(QFrame):
    """A sheet with rounded corners on the quiet ground; `active` gives it the accent's border."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._active = False

    @property
    def active(self) -> bool:
        """Whether this card has the keyboard's attention."""
        return self._active

    def set_active(self, active: bool) -> None:
        """Give or take the accent's border."""
        self._active = active
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours().accept if self._active else colours().border), 1))
        painter.setBrush(QColor(colours().card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


class Label(QLabel):
    """A label of one type and tone; wraps when told to."""

    def __init__(
        self,
        text: str = "",
        *,
        size: Type = Type.BODY,
        bold: bool = False,
        tone: str = "",
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setFont(font(size, bold=bold))
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if tone:
            self.setProperty("tone", tone)


class ShortLabel(Label):
    """One line of parts; without room the last ones go, then the first loses its middle; the tooltip has all."""

    def __init__(self, *, size: Type = Type.BODY, tone: str = "muted") -> None:
        super().__init__(size=size, tone=tone)
        self._parts: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_parts(self, *parts: str) -> None:
        """Show these parts, the first being the most important."""
        self._parts = parts
        self.setText(BETWEEN.join(parts))

    def minimumSizeHint(self) -> QSize:
        return QSize(3 * GRID, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        short = self._fitting()
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)
        tip = self.text() if short != self.text() else ""
        if tip != self.toolTip():
            self.setToolTip(tip)

    def _fitting(self) -> str:
        metrics = self.fontMetrics()
        for count in range(len(self._parts), 0, -1):
            text = BETWEEN.join(self._parts[:count])
            if metrics.horizontalAdvance(text) <= self.width():
                return text
        first = self._parts[0] if self._parts else self.text()
        return metrics.elidedText(first, Qt.TextElideMode.ElideMiddle, self.width())


class KeyButton(QPushButton):
    """A button with an icon, its word at the left and its key, fainter, at the right."""

    def __init__(self, text: str, key: str, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._key, self._icon_name = key, icon_name
        self.setAccessibleName(text)
        self.setAccessibleDescription(key)
        self.setAutoDefault(False)

    def show_text(self, text: str) -> None:
        """Another word on the same button."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        key = QFontMetrics(font(Type.SMALL)).horizontalAdvance(self._key)
        wide = 5 * GRID + ICON + metrics.horizontalAdvance(self.text()) + 2 * GRID + key
        return QSize(wide, 4 * GRID)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        use, inner = colours(), self.rect().adjusted(12, 0, -12, 0)
        icon(self._icon_name).paint(painter, QRect(inner.left(), (self.height() - ICON) // 2, ICON, ICON))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(use.text if self.isEnabled() else use.faint))
        painter.drawText(inner.adjusted(ICON + GRID, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.setFont(font(Type.SMALL))
        painter.setPen(QColor(use.faint))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, self._key)


class IconButton(QToolButton):
    """A small button that is only an icon; its name is spoken and shown as a tooltip."""

    def __init__(self, icon_name: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setObjectName("small")
        self.setIconSize(QSize(ICON, ICON))
        self.set_name(name)
        self._colour_icon()
        theme().changed.connect(self._colour_icon)

    def set_name(self, name: str, key: str = "") -> None:
        """What the button does, and the key for it."""
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({key})" if key else name)

    def _colour_icon(self) -> None:
        self.setIcon(icon(self._icon_name))
