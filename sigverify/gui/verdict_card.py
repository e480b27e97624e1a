"""The verdict in words, shape and colour, with the distance bar and the buttons beside it."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sigverify.gui.distance_bar import DistanceBar
from sigverify.gui.icons import draw
from sigverify.gui.keys import Keys
from sigverify.gui.small_parts import Card, KeyButton, Label
from sigverify.gui.symbol import Sign, Symbol, sign_colours
from sigverify.gui.theme import GRID, RADIUS, Type, colours, font, theme
from sigverify.gui.verdict import Verdict

BAND: Final = GRID  # pixels of colour at the left edge
SMALLEST: Final = 27 * GRID  # pixels high, so that nothing moves when the verdict changes


class WarningBand(QWidget):
    """A sentence that has to be read before the verdict, on a pale band with a triangle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Label(bold=True, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(5 * GRID, GRID, 2 * GRID, GRID)
        row.addWidget(self.label)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().grey_zone))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS / 2, RADIUS / 2)
        side = 2.5 * GRID
        draw(painter, "warning", QRectF(1.5 * GRID, (self.height() - side) / 2, side, side), colours().text)


class VerdictCard(Card):
    """Draws a verdict; decides nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = Verdict(sign=Sign.EMPTY, headline="")
        self.symbol, self.bar = Symbol(), DistanceBar()
        self.headline = Label(bold=True)
        self.sentence = Label(size=Type.TITLE, wrap=True)
        self.support = Label(wrap=True)
        self.warning = WarningBand()
        self.details = Label(tone="muted", wrap=True)
        self.footer = Label(size=Type.SMALL, tone="faint", wrap=True)
        self.swap = KeyButton(self.tr("Swap"), Keys.SWAP.text, "swap")
        self.clear = KeyButton(self.tr("Clear"), Keys.CLEAR.text, "clear")
        self.settings = KeyButton(self.tr("Settings"), Keys.SETTINGS.text, "settings")
        self.setMinimumHeight(SMALLEST)
        self.setAccessibleName(self.tr("Verdict"))
        self._lay_out()
        theme().changed.connect(self._colour_headline)
        self.show_verdict(self._verdict)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addStretch(1)
        for label in (self.headline, self.sentence, self.support, self.warning, self.details, self.footer):
            words.addWidget(label)
        words.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.setContentsMargins(GRID, 0, 0, 0)  # in line with the bar's left end
        for button in (self.swap, self.clear, self.settings):
            buttons.addWidget(button)
        buttons.addStretch(1)
        measure = QVBoxLayout()
        measure.setSpacing(0)
        measure.addStretch(1)
        measure.addWidget(self.bar)
        measure.addStretch(1)
        measure.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(BAND + 3 * GRID, 2 * GRID, 3 * GRID, 2 * GRID)
        row.setSpacing(3 * GRID)
        row.addWidget(self.symbol)
        row.addLayout(words, 1)
        row.addLayout(measure, 1)

    @property
    def verdict(self) -> Verdict:
        """What is drawn."""
        return self._verdict

    def show_verdict(self, verdict: Verdict) -> None:
        """Draw this verdict."""
        self._verdict = verdict
        if verdict.sign is Sign.EMPTY:
            self.setMinimumHeight(SMALLEST)
        self.symbol.show_sign(verdict.sign)
        self.headline.setText(verdict.headline)
        self.headline.setFont(font(Type.HEADLINE if verdict.judged else Type.STATE, bold=True))
        self.headline.setWordWrap(not verdict.judged)
        self.sentence.setText(verdict.sentence)
        self.support.setText(verdict.support)
        self.warning.label.setText(verdict.warning)
        self.details.setText("\n".join(verdict.details))
        self.footer.setText(verdict.footer)
        for widget, text in (
            (self.sentence, verdict.sentence),
            (self.support, verdict.support),
            (self.warning, verdict.warning),
            (self.details, verdict.details),
            (self.footer, verdict.footer),
        ):
            widget.setVisible(bool(text))
        said = (verdict.headline, verdict.sentence, verdict.support, verdict.warning, *verdict.details)
        self.setAccessibleDescription(". ".join(text.rstrip(".") for text in said if text))
        self._colour_headline()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay as high as the verdict on this pair needed: a cheque must not move under the hand that corrects it."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.setMinimumHeight(SMALLEST)
        elif self._verdict.judged:
            self.setMinimumHeight(max(self.minimumHeight(), self.height()))

    def _colour_headline(self) -> None:
        strong = sign_colours(self._verdict.sign)[0] if self._verdict.judged else colours().text
        self.headline.setStyleSheet(f"color: {strong};")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = QPainterPath()
        sheet.addRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.setClipRect(QRectF(0, 0, BAND, self.height()))
        painter.fillPath(sheet, QColor(sign_colours(self._verdict.sign)[0]))
