"""What the network sees of an image, the signature taken off a cheque, and what there is to say of its quality."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from sigverify.domain import View
from sigverify.gui.pictures import to_qimage
from sigverify.gui.small_parts import Label
from sigverify.gui.theme import GRID, RADIUS, Type, colours
from sigverify.wording import quality_sentence

FRAME: Final = QSize(18 * GRID, 9 * GRID)  # two to one, as the network's frame
MILLIMETRES: Final = 25.4  # to an inch


class FrameView(QWidget):
    """A small picture on paper, or paper alone."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setFixedSize(FRAME + QSize(2, 2))
        self.setAccessibleName(name)
        self.setToolTip(name)

    @property
    def image(self) -> QImage | None:
        """The picture shown."""
        return self._image

    def show_frame(self, image: QImage | None) -> None:
        """Show a frame; None for bare paper."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(colours().border), 1))
        painter.setBrush(QColor(colours().paper if self._image else colours().ground))
        painter.drawRoundedRect(sheet, RADIUS / 2, RADIUS / 2)
        if self._image is not None:
            ratio = self.devicePixelRatioF()
            seen = self._image.scaled(
                (FRAME - QSize(4, 4)) * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            seen.setDevicePixelRatio(ratio)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Darken)
            room = QSizeF(self.size()) - seen.deviceIndependentSize()
            painter.drawImage(QPointF(round(room.width() / 2), round(room.height() / 2)), seen)


class NetworkView(QWidget):
    """The frame with its caption, and beside it the quality in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = Label(self.tr("What the network sees"), size=Type.SMALL, tone="faint")
        self.signature = FrameView(self.tr("The signature as it was taken off the cheque"))
        self.frame = FrameView(self.tr("What the network sees"))
        self.quality = Label(bold=True)
        self.detail = Label(tone="muted", wrap=True)
        self.detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        words.addWidget(self.caption)
        words.addWidget(self.quality)
        words.addWidget(self.detail)
        words.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.signature, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.frame, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def show_view(self, view: View, whose: str, more: str = "") -> None:
        """Show one image's frame and quality, `whose` being the subject of the sentence."""
        self.frame.show_frame(None if view.frame is None else to_qimage(view.frame))
        self.signature.show_frame(None if view.signature is None else to_qimage(view.signature))
        self.signature.setVisible(view.signature is not None)
        good = view.quality.good
        self.quality.setText(self.tr("Quality good") if good else self.tr("Cannot be judged"))
        size = _size_of_ink(view)
        sentence = size if good else quality_sentence(view.quality, whose)
        self.detail.setText("\n".join(line for line in (sentence, more) if line))
        self.frame.setAccessibleDescription(self.detail.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay as high as the words on this picture needed, so that the picture above stays where it is."""
        super().resizeEvent(event)
        same = event.size().width() == event.oldSize().width()
        self.setMinimumHeight(max(self.minimumHeight(), self.height()) if same and self.signature.isVisible() else 0)

    def show_nothing(self, words: str = "") -> None:
        """Show bare paper and, at most, a line of words."""
        self.frame.show_frame(None)
        self.signature.hide()
        self.quality.setText("")
        self.detail.setText(words)
        self.frame.setAccessibleDescription(words)


def _size_of_ink(view: View) -> str:
    if view.box is None:
        return ""
    x0, y0, x1, y1 = view.box
    wide, high = x1 - x0, y1 - y0
    text = QCoreApplication.translate("NetworkView", "Ink {wide} × {high} pixels").format(wide=wide, high=high)
    if view.dpi:
        size = [f"{length / view.dpi * MILLIMETRES:.0f}" for length in (wide, high)]
        text += QCoreApplication.translate("NetworkView", ", {wide} × {high} mm").format(wide=size[0], high=size[1])
    return text
