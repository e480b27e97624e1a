"""The window's icons: line drawings from `resources/icons` in the colour of the theme, sharp at every scaling."""

from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from sigverify.gui.theme import colours
from sigverify.paths import resources

SIZES: Final = (16, 20, 24, 32, 48)  # pixels; 16 at 100, 125, 150, 200 and 300 % scaling
APP_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)


@cache
def _drawing(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, size: float, ratio: float, colour: str) -> QPixmap:
    """An icon of `size` logical pixels at a device pixel ratio, in one colour."""
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    draw(painter, name, QRectF(made.rect()), colour)
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def draw(painter: QPainter, name: str, where: QRectF, colour: str) -> None:
    """Draw an icon straight into a widget."""
    text = _drawing(name).replace("currentColor", colour)
    QSvgRenderer(QByteArray(text.encode())).render(painter, where)


def icon(name: str, colour: str | None = None) -> QIcon:
    """An icon for buttons and menus, in the colour of muted text unless another is given."""
    return _icon(name, colour or colours().muted, colours().strong_border)


@cache
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    made = QIcon()
    for size in SIZES:
        made.addPixmap(pixmap(name, size, 1.0, colour))
        made.addPixmap(pixmap(name, size, 1.0, disabled), QIcon.Mode.Disabled)
    return made


def app_icon() -> QIcon:
    """The mark of the application."""
    made = QIcon()
    for size in APP_SIZES:
        made.addPixmap(pixmap("sigverify", size, 1.0, ""))
    return made
