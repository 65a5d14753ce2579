"""The commands vnd.qbe.xl:… of the menu and the toolbar.

Kept thin: LibreOffice executes this file as a nameless module, and makes a handler for every window; what is shared lives
in modules under pythonpath/. Loaded when a window opens, so nothing heavy is imported here.
"""

from functools import partial

import qbe_lo_commands as commands
import qbe_lo_runner as runner
import qbe_lo_site
import qbe_lo_turn
import unohelper
from com.sun.star.frame import DispatchResultEvent, FeatureStateEvent, XDispatchProvider, XNotifyingDispatch
from com.sun.star.frame.DispatchResultState import FAILURE, SUCCESS
from com.sun.star.lang import XInitialization, XServiceInfo

IMPLEMENTATION = "org.qbexl.MenuHandler"
SERVICES = ("com.sun.star.frame.ProtocolHandler",)


class MenuHandler(unohelper.Base, XInitialization, XDispatchProvider, XNotifyingDispatch, XServiceInfo):
    """Hands the listed commands of one window to the runner; refuses all others."""

    def __init__(self, context):
        self.context, self.frame = context, None

    def initialize(self, arguments):
        self.frame = arguments[0] if arguments else None

    def _parsed(self, url):
        try:
            return commands.parse(url.Complete)
        except commands.Refused as refused:
            qbe_lo_site.log(self.context, f"refused: {str(refused)[:200]!r}")
            return None

    def queryDispatch(self, url, _target, _flags):
        return self if self._parsed(url) else None

    def queryDispatches(self, requests):
        return tuple(self.queryDispatch(each.FeatureURL, each.FrameName, each.SearchFlags) for each in requests)

    def _run(self, url, arguments):
        parsed = self._parsed(url)
        if parsed is None:
            return False, ""
        if parsed[0] == commands.known()["stop"]:
            runner.stop()
            return True, ""
        quiet = any(each.Name == "quiet" and each.Value is True for each in arguments or ())
        run = partial(runner.run, self.context, self.frame, *parsed, quiet=quiet)
        return qbe_lo_turn.in_own_thread(self.context, run)

    def dispatch(self, url, arguments):
        self._run(url, arguments)

    def dispatchWithNotification(self, url, arguments, listener):
        good, text = self._run(url, arguments)
        if listener is not None:
            listener.dispatchFinished(DispatchResultEvent(self, SUCCESS if good else FAILURE, text))

    def addStatusListener(self, listener, url):
        runner.listen(listener, url)
        listener.statusChanged(FeatureStateEvent(self, url, "", runner.enabled(url), False, None))

    def removeStatusListener(self, listener, url):
        runner.unlisten(listener, url)

    def getImplementationName(self):
        return IMPLEMENTATION

    def supportsService(self, name):
        return name in SERVICES

    def getSupportedServiceNames(self):
        return SERVICES


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(MenuHandler, IMPLEMENTATION, SERVICES)
