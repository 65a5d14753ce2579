"""While a macro runs: the windows take no input, the document stays open, and there is a way to stop.

Every progress update lets waiting events through, which is how a stop gets in, and how an edit, an undo or a close would.
"""

import contextlib
import time

import unohelper
from com.sun.star.awt import XActionListener, XKeyListener, XTopWindowListener
from com.sun.star.frame import TerminationVetoException, XTerminateListener
from com.sun.star.uno import RuntimeException
from com.sun.star.util import CloseVetoException, XCloseListener

ESCAPE = 1281  # of com.sun.star.awt.Key
PATIENCE = 0.5  # seconds before the stop panel shows
BREATH = 0.1  # seconds between two looks at waiting events
POSITION = 3  # of com.sun.star.awt.PosSize: X and Y
WORDS = {
    "zh": {"running": "正在运行，请稍候……", "stop": "停止 (Esc)(~S)", "asked": "正在停止……"},
    "en": {"running": "Running, one moment …", "stop": "~Stop (Esc)", "asked": "Stopping …"},
}


class Stopped(Exception):
    """The user asked to stop; raised once, so that what follows can put things back."""


class _Stopper(unohelper.Base, XActionListener, XKeyListener, XTopWindowListener):
    """The panel's button, its Esc key and its close box."""

    def __init__(self, stop):
        self.stop = stop

    def actionPerformed(self, _event):
        self.stop()

    def keyPressed(self, event):
        if event.KeyCode == ESCAPE:
            self.stop()

    def windowClosing(self, _event):
        self.stop()

    def keyReleased(self, _event):
        pass

    windowOpened = windowClosed = windowMinimized = windowNormalized = keyReleased
    windowActivated = windowDeactivated = disposing = keyReleased


class _Keeper(unohelper.Base, XCloseListener, XTerminateListener):
    """Keeps document and office open for the run; who wanted to close them stops the run instead."""

    def __init__(self, stop):
        self.stop, self.close_after = stop, False

    def queryClosing(self, _source, gets_ownership):
        self.close_after = self.close_after or bool(gets_ownership)  # the duty to close passes to who refuses
        self.stop()
        raise CloseVetoException("qbe_xl is running", self)

    def queryTermination(self, _event):
        self.stop()
        raise TerminationVetoException("qbe_xl is running", self)

    def notifyClosing(self, _source):
        pass

    notifyTermination = disposing = notifyClosing


class Shield:
    """`with Shield(...) as shield`, and `shield.check()` now and then."""

    def __init__(self, context, frame, document, title, lang, stop, stopping, toolbar):
        """stop: called when the user asks for it; stopping: whether that was done; toolbar: resource URL of the one toolbar that stays alive."""
        self.context, self.frame, self.document = context, frame, document
        self.title, self.words, self.toolbar = title, WORDS[lang], toolbar
        self.stop, self.stopping = stop, stopping
        self.toolkit, self.desktop = self._make("com.sun.star.awt.Toolkit"), self._make("com.sun.star.frame.Desktop")
        self.keeper, self.stopper = _Keeper(self._asked), _Stopper(self._asked)
        self.panel, self.label, self.windows, self.told = None, None, [], False
        self.began = self.breathed = time.monotonic()

    def _make(self, name):
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def __enter__(self):
        frames = self.desktop.Frames
        self.windows = [frames.getByIndex(number).ContainerWindow for number in range(frames.Count)]
        for window in self.windows:
            window.setEnable(False)
        bar = self.frame.LayoutManager.getElement(self.toolbar)
        if bar is not None:  # its entries but Stop are disabled one by one
            bar.RealInterface.setEnable(True)
        self.document.addCloseListener(self.keeper)
        self.desktop.addTerminateListener(self.keeper)
        return self

    def check(self):
        """Show the panel when it is time, paint, and let clicks and keys in; Stopped where one of them says so."""
        now = time.monotonic()
        if self.panel is None and now - self.began > PATIENCE:
            self._show()
        if now - self.breathed > BREATH:
            self.toolkit.processEventsToIdle()
            self.breathed = time.monotonic()
        if self.stopping() and not self.told:
            self.told = True
            raise Stopped(self.title)

    def _asked(self):
        self.stop()
        if self.label is not None:
            self.label.setText(self.words["asked"])

    def _show(self):
        model = self._make("com.sun.star.awt.UnoControlDialogModel")
        model.Title, model.Width, model.Height = self.title, 150, 46
        text = model.createInstance("com.sun.star.awt.UnoControlFixedTextModel")
        text.Name, text.Label, text.Align = "label", self.words["running"], 1
        text.PositionX, text.PositionY, text.Width, text.Height = 5, 7, 140, 10
        button = model.createInstance("com.sun.star.awt.UnoControlButtonModel")
        button.Name, button.Label = "stop", self.words["stop"]
        button.PositionX, button.PositionY, button.Width, button.Height = 40, 22, 70, 16
        model.insertByName("label", text)
        model.insertByName("stop", button)
        self.panel = panel = self._make("com.sun.star.awt.UnoControlDialog")
        panel.setModel(model)
        panel.createPeer(self.toolkit, self.frame.ContainerWindow)
        self.label, control = panel.getControl("label"), panel.getControl("stop")
        control.addActionListener(self.stopper)
        control.addKeyListener(self.stopper)
        panel.addKeyListener(self.stopper)
        panel.addTopWindowListener(self.stopper)
        around, own = self.frame.ContainerWindow.PosSize, panel.PosSize
        left, top = around.X + (around.Width - own.Width) // 2, around.Y + (around.Height - own.Height) // 2
        panel.setPosSize(left, top, 0, 0, POSITION)
        panel.setVisible(True)
        control.setFocus()

    def __exit__(self, *_):
        if self.panel is not None:
            with contextlib.suppress(RuntimeException):
                self.panel.dispose()
        for window in self.windows:
            with contextlib.suppress(RuntimeException):  # gone meanwhile
                window.setEnable(True)
        with contextlib.suppress(RuntimeException):
            self.desktop.removeTerminateListener(self.keeper)
        with contextlib.suppress(RuntimeException, AttributeError):
            self.document.removeCloseListener(self.keeper)
            self.frame.ComponentWindow.setFocus()

    def close_if_wanted(self):
        """Close the document for whoever asked during the run and left that to us; returns whether it is closed."""
        if not self.keeper.close_after:
            return False
        with contextlib.suppress(CloseVetoException, RuntimeException):
            self.document.close(True)
        return True
