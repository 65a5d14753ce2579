"""Whose turn it is: what shows windows must run in LibreOffice's own thread, or both wait for each other for ever.

Menus and buttons call from there; a script that is connected to LibreOffice calls from a thread of its own.
"""

import os
import sys
import threading

import unohelper
from com.sun.star.awt import XCallback


class _Turn(unohelper.Base, XCallback):
    def __init__(self, act):
        self.act, self.done, self.result, self.error = act, threading.Event(), None, None

    def notify(self, _data):
        try:
            self.result = self.act()
        except Exception as error:  # raised again where it was asked for
            self.error = error
        finally:
            self.done.set()


def own_thread():
    """Whether this is LibreOffice's own thread; only Linux can tell, elsewhere it is taken for granted."""
    return not sys.platform.startswith("linux") or threading.get_native_id() == os.getpid()


def in_own_thread(context, act):
    """What `act()` returns or raises, run in LibreOffice's own thread."""
    if own_thread():
        return act()
    turn = _Turn(act)
    context.ServiceManager.createInstanceWithContext("com.sun.star.awt.AsyncCallback", context).addCallback(turn, None)
    turn.done.wait()
    if turn.error is not None:
        raise turn.error
    return turn.result
