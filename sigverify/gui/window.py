"""The main window: joins the page, the engine, the settings and the menus."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from sigverify.domain import Policy, Source
from sigverify.errors import SettingsError, SigverifyError
from sigverify.gui import incoming
from sigverify.gui.background import Background
from sigverify.gui.batch.core import CoreBatches
from sigverify.gui.batch.desk import BatchDesk
from sigverify.gui.batch.work import Batches
from sigverify.gui.comparison import Comparison
from sigverify.gui.dialogs import Dialogs
from sigverify.gui.drops import Drops
from sigverify.gui.files import Files
from sigverify.gui.menus import Menus
from sigverify.gui.notice_bar import NoticeBar
from sigverify.gui.pane_header import fill_recent
from sigverify.gui.status import Status
from sigverify.gui.verdict import Phase
from sigverify.gui.verify_page import VerifyPage
from sigverify.messages import Lost, Outcome, Ready, Unusable, Working
from sigverify.model.card import ModelCard
from sigverify.settings import Settings

SMALLEST = 1200, 656  # pixels; what a 1280 x 720 screen leaves beside its bars
FIRST = 1280, 800  # pixels, where there is no earlier place
SAVING = 800  # milliseconds after which remembered files are written

PolicyOf = Callable[[Settings, ModelCard], Policy]
Samples = Callable[[bool], tuple[Source, tuple[Source, ...]]]  # with a whole cheque or not


class MainWindow(QMainWindow):
    """Everything the clerk sees; `settled` tells that an outcome stands or that there will be none."""

    settled = Signal(bool)  # whether something was verified

    def __init__(
        self,
        background: Background,
        settings: Settings,
        *,
        save: Callable[[Settings], None],
        policy_of: PolicyOf,
        samples: Samples,
        batches: Batches | None = None,
    ) -> None:
        super().__init__()
        self._background, self._settings = background, settings
        self._save, self._policy_of, self._samples = save, policy_of, samples
        self._card: ModelCard | None = None
        self._restarting = ""  # the notice that stands while the engine is started again
        self._saving = QTimer(self, singleShot=True, interval=SAVING)
        self.notices, self.page, self.status = NoticeBar(), VerifyPage(), Status()
        self.files = Files(self, self._change_settings)
        self.dialogs = Dialogs(self)
        self.batch = BatchDesk(self, batches or CoreBatches())
        self._drops = Drops(self, self.page, self.batch)
        self._lay_out()
        self.menus = Menus(self)
        self.batch.build_menu()
        self._join()
        self._restore_place()
        self._show_recent()
        self._show_comparison(Comparison())

    def _lay_out(self) -> None:
        self.setWindowTitle("sigverify")
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        middle = QWidget()
        box = QVBoxLayout(middle)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.notices)
        box.addWidget(self.batch.pages, 1)
        self.setCentralWidget(middle)
        self.setStatusBar(self.status)
        self.status.rest_at(self.tr("Loading the model …"))

    def _join(self) -> None:
        engine, page = self._background, self.page
        engine.ready.connect(self._on_ready)
        engine.unusable.connect(self._on_unusable)
        engine.working.connect(self._on_working)
        engine.outcome.connect(self._on_outcome)
        engine.lost.connect(self._on_lost)
        page.changed.connect(self._compare)
        page.arrived.connect(self.files.note)
        page.verdict.settings.clicked.connect(self.dialogs.open_settings)
        page.questioned.open_asked.connect(self.files.ask_questioned)
        page.on_file.open_asked.connect(self.files.ask_specimens)
        for pane in (page.questioned, page.on_file):
            pane.recent_asked.connect(lambda file, role=pane.role: self.files.open([file], role))
        self._saving.timeout.connect(self._write_settings)

    # the engine

    def _compare(self, comparison: Comparison) -> None:
        self._show_comparison(comparison)
        self._submit()

    def _submit(self, *, stages: bool = False) -> None:
        comparison = self.page.comparison
        policy = None if self._card is None else self._policy_of(self._settings, self._card)
        self._background.submit(comparison.questioned, comparison.specimens, policy, stages=stages)

    def _show_comparison(self, comparison: Comparison) -> None:
        self.menus.swap.setEnabled(not comparison.empty)
        self.menus.clear.setEnabled(not comparison.empty)
        self.menus.remove.setEnabled(not comparison.empty)
        self.menus.show_questioned(comparison.questioned)
        self.setWindowFilePath("")
        name = comparison.questioned.name if comparison.questioned else ""
        self.setWindowTitle(f"{name} — sigverify" if name else "sigverify")

    def _on_ready(self, ready: Ready) -> None:
        first = self._card is None
        self._card = ready.card
        self.notices.take_back(self._restarting)
        self.status.show_ready(ready)
        self.menus.about_model.setEnabled(True)
        self.page.show_phase(Phase.READY)
        self.page.show_model(ready.card, self._policy_of(self._settings, ready.card))
        self.batch.show_settings()
        self.dialogs.show_ready(ready)
        if first and self._policy_of(self._settings, ready.card) != ready.card.policy:
            self._submit()  # what was asked while loading was asked at the model's own thresholds
        self._tell_when_settled()

    def _on_unusable(self, unusable: Unusable) -> None:
        self.page.show_phase(Phase.UNUSABLE, unusable.message)
        self.status.rest_at(self.tr("No model: images are shown, nothing is compared"))
        self.settled.emit(False)

    def _on_working(self, working: Working) -> None:
        if working.name:
            self.status.show_state(self.tr("Reading {name} …").format(name=working.name))
        else:
            self.status.show_state(self.tr("Comparing …"))

    def _on_outcome(self, outcome: Outcome) -> None:
        self.page.show_outcome(outcome)
        self.status.show_rest()
        if outcome.verification is not None:
            self.status.show_time(outcome.verification.milliseconds)
        self.dialogs.show_outcome(outcome)
        self._tell_when_settled()

    def _tell_when_settled(self) -> None:
        if self.page.settled is not None:
            self.settled.emit(self.page.settled)

    def _on_lost(self, lost: Lost) -> None:
        self.notices.say(lost.message)
        if not lost.name:
            self._restarting = lost.message
        self.page.show_phase(Phase.RESTARTING)
        self.status.rest_at(self.tr("Starting the reader again …"))

    # what arrives

    def paste(self) -> None:
        """Take the image or the files on the clipboard: to the side the keyboard is at, else to the empty one."""
        sources = incoming.sources_in(QGuiApplication.clipboard().mimeData())
        if sources:
            self.page.take(sources, self.page.focused_role())
        else:
            self.status.showMessage(self.tr("There is no image on the clipboard."), 5000)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.hover(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.hover(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._drops.take(event):
            self.activateWindow()

    def show_sample_cheque(self) -> None:
        """Find the signature on a cheque that the project drew, and compare it."""
        self.show_samples(cheque=True)

    def show_samples(self, *, cheque: bool = False) -> None:
        """Compare the project's own drawings."""
        try:
            questioned, specimens = self._samples(cheque)
        except SigverifyError as error:
            self.notices.say(str(error))
            return
        self.page.change(Comparison(questioned=questioned, specimens=specimens, samples=True))

    def remove_chosen(self) -> None:
        """Take away the signature shown large at the side the keyboard is at."""
        pane = self.page.focused_pane()
        if pane is not None:
            pane.remove_chosen()

    def submit_stages(self) -> None:
        """Ask for the stages of what is compared."""
        self._submit(stages=True)

    # settings

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    @property
    def card(self) -> ModelCard | None:
        """The model's card; None while none is loaded."""
        return self._card

    @property
    def policy(self) -> Policy | None:
        """The thresholds in force; None while no model is loaded."""
        return None if self._card is None else self._policy_of(self._settings, self._card)

    def _change_settings(self, change: Callable[[Settings], Settings]) -> None:
        """Change what is only remembered; it is written a moment later."""
        self._settings = change(self._settings)
        self._show_recent()
        self._saving.start()

    def _write_settings(self) -> None:
        self._saving.stop()
        try:
            self._save(self._settings)
        except SettingsError as error:
            self.notices.say(str(error))

    def keep(self, settings: Settings) -> None:
        """Keep what the supervisor chose, then put it in force; raises SettingsError and changes nothing."""
        self._save(settings)
        device, language = self._settings.device, self._settings.language
        self._settings = settings
        if settings.device != device:
            self.page.show_phase(Phase.LOADING)
            self.status.rest_at(self.tr("Loading the model …"))
            self._background.use_device(settings.device)
        if settings.language != language:
            self.notices.say(self.tr("The language is used from the next start on."))
        if self._card is not None:
            self.page.show_model(self._card, self._policy_of(settings, self._card))
        self.batch.show_settings()
        if not self.page.comparison.empty:
            self._submit()

    def _show_recent(self) -> None:
        recent = (self._settings.recent_questioned, self._settings.recent_specimens)
        panes = (self.page.questioned, self.page.on_file)
        menus = (self.menus.recent_questioned, self.menus.recent_specimens)
        for files, pane, menu in zip(recent, panes, menus, strict=True):
            pane.header.show_recent(files)
            fill_recent(menu, files, lambda file, role=pane.role: self.files.open([file], role))  # type: ignore[misc]

    # coming and going

    def _restore_place(self) -> None:
        place = QByteArray.fromBase64(self._settings.window_geometry.encode("ascii", "ignore"))
        if place.isEmpty() or not self.restoreGeometry(place):
            self.resize(*FIRST)
        self.page.setFocus()

    def step_back(self) -> None:
        """Take a drawn box back; where there is none, go back from a queue's item to its list."""
        if not self.batch.leave_item():
            self.page.questioned.box_back()

    def offer_commands(self) -> None:
        """Offer again what can be done with what stands on the Verify page."""
        self._show_comparison(self.page.comparison)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave no process behind, and remember the window's place."""
        place = self.saveGeometry().toBase64().toStdString()
        self._settings = replace(self._settings, window_geometry=place)
        self.hide()
        self.batch.close()
        self._background.close()
        self._write_settings()
        event.accept()
