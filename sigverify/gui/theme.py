"""Colours, type and spacing of the window, light and dark after the system."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

GRID: Final = 8  # pixels; margins and gaps are multiples of it (half of it inside small controls)
RADIUS: Final = 8
SMALLEST_TYPE: Final = 12  # pixels; the body is never set smaller, whatever the system says


@dataclass(frozen=True, kw_only=True)
class Colours:
    """One set of colours; text on `card` keeps a contrast of 4.5 : 1 or better."""

    dark: bool
    ground: str
    card: str
    raised: str  # buttons and fields
    hover: str
    border: str
    strong_border: str
    text: str
    muted: str
    faint: str
    paper: str  # under images: white in both themes
    accept: str
    accept_zone: str
    flag: str
    flag_zone: str
    grey: str
    grey_zone: str
    on_accent: str


LIGHT: Final = Colours(
    dark=False,
    ground="#f1f3f6",
    card="#ffffff",
    raised="#ffffff",
    hover="#eef3f9",
    border="#e0e4ea",
    strong_border="#c4cbd5",
    text="#14181f",
    muted="#4d5764",
    faint="#67717e",
    paper="#fdfdfb",
    accept="#1c6bb3",
    accept_zone="#d6e6f5",
    flag="#b94e08",
    flag_zone="#f9e0d0",
    grey="#5a6471",
    grey_zone="#e6e9ee",
    on_accent="#ffffff",
)

DARK: Final = Colours(
    dark=True,
    ground="#12151a",
    card="#1b1f26",
    raised="#252a33",
    hover="#2d3440",
    border="#2e353f",
    strong_border="#46505e",
    text="#e9ecf1",
    muted="#b1bac6",
    faint="#8f99a7",
    paper="#f6f6f2",
    accept="#6cb4f5",
    accept_zone="#1e3c58",
    flag="#f59d5b",
    flag_zone="#563219",
    grey="#a9b3c0",
    grey_zone="#343b46",
    on_accent="#0f1318",
)


class Type(Enum):
    """The sizes of type, as shares of the body's."""

    SMALL = 0.92
    BODY = 1.0
    TITLE = 1.2
    VALUE = 1.3
    STATE = 1.7
    HEADLINE = 3.4


class Theme(QObject):
    """The colours in force; follows the system's light or dark scheme."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self.colours = LIGHT
        app.setStyle("Fusion")
        font = app.font()
        font.setPixelSize(max(SMALLEST_TYPE, QFontInfo(font).pixelSize()) + 1)
        tabular(font)
        app.setFont(font)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        self._follow(hints.colorScheme())

    def _follow(self, scheme: Qt.ColorScheme) -> None:
        self.use(DARK if scheme == Qt.ColorScheme.Dark else LIGHT)

    def use(self, colours: Colours) -> None:
        """Put these colours in force everywhere."""
        self.colours = colours
        self._app.setPalette(_palette(colours))
        self._app.setStyleSheet(_style_sheet(colours))
        self.changed.emit()


_theme: list[Theme] = []  # one for the process, as there is one QApplication


def install(app: QApplication) -> Theme:
    """The theme of this application; made at the first call."""
    if not _theme:
        _theme.append(Theme(app))
    return _theme[0]


def theme() -> Theme:
    """The theme in force."""
    app = QApplication.instance()
    assert isinstance(app, QApplication), "the window needs a QApplication"
    return install(app)


def colours() -> Colours:
    """The colours in force."""
    return theme().colours


def tabular(font: QFont) -> QFont:
    """The same font with figures of one width, so that numbers do not jump."""
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def font(size: Type = Type.BODY, *, bold: bool = False) -> QFont:
    """Type of the window in one of its sizes."""
    made = QFont(QApplication.font())
    made.setPixelSize(round(QFontInfo(QApplication.font()).pixelSize() * size.value))
    made.setBold(bold)
    return tabular(made)


def _palette(use: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, value in (
        (role.Window, use.ground),
        (role.WindowText, use.text),
        (role.Base, use.raised),
        (role.AlternateBase, use.ground),
        (role.Text, use.text),
        (role.Button, use.raised),
        (role.ButtonText, use.text),
        (role.BrightText, use.on_accent),
        (role.ToolTipBase, use.card),
        (role.ToolTipText, use.text),
        (role.PlaceholderText, use.faint),
        (role.Highlight, use.accept),
        (role.HighlightedText, use.on_accent),
        (role.Link, use.accept),
        (role.Light, use.border),
        (role.Midlight, use.border),
        (role.Mid, use.strong_border),
        (role.Dark, use.strong_border),
        (role.Shadow, use.strong_border),
    ):
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(use.faint))
    return palette


def _style_sheet(use: Colours) -> str:
    return _SHEET.format(**{name: getattr(use, name) for name in use.__dataclass_fields__})


_SHEET: Final = """
QMenuBar {{ background: {card}; border-bottom: 1px solid {border}; padding: 4px 16px; }}
QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected, QMenuBar::item:pressed {{ background: {hover}; }}
QMenu {{ background: {card}; border: 1px solid {strong_border}; padding: 4px; }}
QMenu::item {{ padding: 6px 32px 6px 32px; border-radius: 4px; }}
QMenu::item:selected {{ background: {hover}; color: {text}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::icon {{ padding-left: 8px; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 4px 8px; }}
QToolTip {{ background: {card}; color: {text}; border: 1px solid {strong_border}; padding: 4px; }}
QStatusBar {{ background: {card}; border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
QFrame#card {{ background: {card}; border: 1px solid {border}; border-radius: 8px; }}
QLabel[tone="muted"] {{ color: {muted}; }}
QLabel[tone="faint"] {{ color: {faint}; }}
QPushButton {{
  background: {raised}; border: 1px solid {strong_border}; border-radius: 6px; padding: 5px 12px; min-height: 18px;
}}
QPushButton:hover {{ background: {hover}; }}
QPushButton:disabled {{ color: {faint}; border-color: {border}; }}
QPushButton:focus {{ border: 1px solid {accept}; }}
QPushButton:default {{ background: {accept}; color: {on_accent}; border-color: {accept}; }}
QPushButton:default:focus {{ border: 1px solid {text}; }}
QPushButton:checked {{ background: {accept_zone}; border-color: {accept}; }}
QToolButton#place {{
  background: {raised}; border: 1px solid {strong_border}; border-radius: 6px; min-width: 22px; min-height: 22px;
}}
QToolButton#place:hover {{ background: {hover}; }}
QToolButton#place:checked {{ background: {accept}; color: {on_accent}; border-color: {accept}; }}
QToolButton#place:focus {{ border: 2px solid {text}; }}
QToolButton#small {{ border: 1px solid transparent; border-radius: 4px; background: transparent; padding: 2px; }}
QToolButton#small:hover {{ background: {hover}; }}
QToolButton#small::menu-indicator {{ image: none; }}
QToolButton#small:focus {{ border-color: {accept}; }}
QToolButton#small:disabled {{ color: {faint}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QScrollArea {{ background: transparent; border: none; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:horizontal {{ height: 8px; background: transparent; margin: 0; }}
QScrollBar:vertical {{ width: 8px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {strong_border}; border-radius: 4px; min-width: 24px; min-height: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QTextBrowser {{ background: {card}; border: 1px solid {border}; border-radius: 8px; padding: 8px; }}
"""
