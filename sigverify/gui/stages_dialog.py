"""The questioned picture's way to the network: every stage as a thumbnail, one of them large."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from sigverify.domain import Problem
from sigverify.gui.image_view import ImageView
from sigverify.gui.pane_parts import ZoomChip
from sigverify.gui.small_parts import Label
from sigverify.gui.theme import GRID, LIGHT
from sigverify.messages import Outcome, Stage
from sigverify.wording import stage_words

THUMBNAIL: Final = QSize(24 * GRID, 10 * GRID)
FIRST: Final = 1100, 640  # pixels


class StagesDialog(QDialog):
    """Shows stages as they come; empty until then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Stages of the questioned picture"))
        self.resize(*FIRST)
        self.list, self.view = QListWidget(), ImageView()
        self.chip = ZoomChip(self.view)
        self.words = Label(self.tr("Reading …"), tone="muted", wrap=True)
        self._images: list[QImage] = []
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setIconSize(THUMBNAIL)
        self.list.setFixedWidth(THUMBNAIL.width() + 7 * GRID)
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setFlow(QListWidget.Flow.TopToBottom)
        self.list.setWrapping(False)
        self.list.setSpacing(GRID // 2)
        self.list.setAccessibleName(self.tr("Stages"))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.currentRowChanged.connect(self._show_large)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.addWidget(self.view, 1)
        right.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self.list)
        row.addLayout(right, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        box.setSpacing(2 * GRID)
        box.addLayout(row, 1)
        box.addWidget(buttons)
        self.list.setFocus()

    def show_outcome(self, outcome: Outcome) -> None:
        """Show the stages that came with an outcome, or why there are none."""
        if isinstance(outcome.questioned, Problem):
            self.words.setText(outcome.questioned.message)
        elif outcome.stages:
            self._show_stages(outcome.stages)

    def _show_stages(self, stages: tuple[Stage, ...]) -> None:
        chosen = max(self.list.currentRow(), 0)
        self.list.clear()
        self._images = [QImage.fromData(stage.png) for stage in stages]
        for number, (stage, image) in enumerate(zip(stages, self._images, strict=True), 1):
            item = QListWidgetItem(QIcon(_thumbnail(image, self.devicePixelRatioF())), _caption(number, stage))
            item.setSizeHint(QSize(THUMBNAIL.width() + 2 * GRID, THUMBNAIL.height() + 5 * GRID))
            self.list.addItem(item)
        self.list.setCurrentRow(min(chosen, self.list.count() - 1))

    def _show_large(self, row: int) -> None:
        if not 0 <= row < len(self._images):
            self.view.clear()
            return
        self.view.show_image(self._images[row], None)
        caption = self.list.item(row).text()
        self.words.setText(caption)
        self.view.setAccessibleName(caption)


def _caption(number: int, stage: Stage) -> str:
    return f"{number}  {stage_words(stage.name)}"


def _thumbnail(image: QImage, ratio: float) -> QPixmap:
    """The stage on a small sheet of paper, all of one size so that the captions line up."""
    sheet = QPixmap(THUMBNAIL * ratio)
    sheet.fill(QColor(LIGHT.paper))
    small = image.scaled(
        THUMBNAIL * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    painter = QPainter(sheet)
    painter.drawImage(QPoint((sheet.width() - small.width()) // 2, (sheet.height() - small.height()) // 2), small)
    painter.setPen(QPen(QColor(LIGHT.strong_border), 1))
    painter.drawRect(QRect(0, 0, sheet.width() - 1, sheet.height() - 1))
    painter.end()
    sheet.setDevicePixelRatio(ratio)
    return sheet
