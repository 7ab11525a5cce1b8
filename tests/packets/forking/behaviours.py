"""What a notebook's cells may rely on in a kernel: each a name, its cells, and what must be seen of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Behaviour:
    """Cells that show one behaviour; ``seen`` stands in what they show.

    ``loose`` where the order of texts depends on time in an ordinary kernel: C code and other processes.
    """

    name: str
    cells: tuple[str, ...]
    seen: str
    fails: bool = False
    loose: bool = False


def shows(name: str, *cells: str, seen: str, loose: bool = False) -> Behaviour:
    """Cells that run."""
    return Behaviour(name, tuple(cell.strip() for cell in cells), seen, loose=loose)


def fails(name: str, *cells: str, seen: str) -> Behaviour:
    """Cells that end with an error."""
    return Behaviour(name, tuple(cell.strip() for cell in cells), seen, fails=True)


BEHAVIOURS = (
    shows(
        "stdout",
        r"""
print('你好', 1)
print('no end', end='')
""",
        seen="你好 1",
    ),
    shows(
        "stderr",
        r"""
import sys
print('told', file=sys.stderr)
""",
        seen="told",
    ),
    shows(
        "both streams",
        r"""
import sys
print('a')
print('b', file=sys.stderr)
print('c')
print('d', file=sys.stderr)
""",
        seen="b\nd",
    ),
    shows(
        "streams flushed in turn",
        r"""
import sys
for n in range(3):
    print(n, flush=True)
    print('-', n, file=sys.stderr, flush=True)
""",
        seen="- 2",
    ),
    shows(
        "text and displays in turn",
        r"""
print('a')
display('b')
print('c')
display('d')
""",
        seen="'d'",
    ),
    shows("text with signs for a terminal", "print('\\x00, \\x1b[31mred\\r\\b')", seen="red"),
    shows(
        "a megabyte of text",
        r"""
print('x' * 1_000_000)
print('end')
""",
        seen="xx\nend",
    ),
    shows(
        "many lines",
        r"""
for n in range(5000):
    print(n)
""",
        seen="\n4999\n",
    ),
    shows(
        "a warning",
        r"""
import warnings
warnings.warn('careful')
""",
        seen="UserWarning: careful",
    ),
    shows(
        "a deprecation in the notebook's own code",
        r"""
import warnings
warnings.warn('old', DeprecationWarning)
""",
        seen="DeprecationWarning: old",
    ),
    shows(
        "logging",
        r"""
import logging
logging.warning('watch out')
""",
        seen="WARNING:root:watch out",
    ),
    shows(
        "logging that says nothing",
        r"""
import logging
logging.info('quiet')
logging.getLogger().level
""",
        seen="30",
    ),
    shows(
        "C code that prints",
        r"""
import ctypes
ctypes.CDLL(None).puts(b'from C')
ctypes.CDLL(None).fflush(None)
import time
time.sleep(0.5)
'done'
""",
        seen="from C",
        loose=True,
    ),
    shows(
        "a write to the descriptor",
        r"""
import os
os.write(1, b'raw\n')
import time
time.sleep(0.5)
""",
        seen="raw",
        loose=True,
    ),
    shows(
        "a program that inherits stdout",
        r"""
import os
os.system('echo inherited')
import time
time.sleep(0.5)
""",
        seen="inherited",
        loose=True,
    ),
    shows("a shell command", "!echo hi; echo there >&2", seen="hi"),
    shows(
        "a shell command's output",
        r"""
found = !echo one; echo two
found
""",
        seen="two",
    ),
    shows(
        "a shell command's exit code",
        r"""
!false
_exit_code
""",
        seen="1",
    ),
    shows(
        "the environment",
        r"""
import os
os.environ['CMREVIEW_TRIAL'], os.environ['MPLBACKEND'], os.environ['PAGER']
""",
        seen="as set by the test",
    ),
    shows(
        "the working folder",
        r"""
import os
os.path.basename(os.getcwd())
""",
        seen="at-work",
    ),
    shows(
        "a module from the working folder",
        r"""
import beside
beside.NAME
""",
        seen="from beside",
    ),
    shows(
        "the search path",
        r"""
import sys
sys.path[:5]
""",
        seen="''",
    ),
    shows(
        "the main module",
        r"""
x = 7
import __main__
__main__.x, __name__
""",
        seen="(7, '__main__')",
    ),
    fails("no file of its own", "__file__", seen="NameError"),
    shows(
        "a class of the notebook in a pickle",
        r"""
class Thing:
    n = 5
import pickle
pickle.loads(pickle.dumps(Thing())).n
""",
        seen="5",
    ),
    shows(
        "await",
        r"""
import asyncio
await asyncio.sleep(0.01, 'waited')
""",
        seen="waited",
    ),
    shows(
        "a task from one cell to the next",
        r"""
import asyncio
task = asyncio.ensure_future(asyncio.sleep(0.01, 'from before'))
""",
        "await task",
        seen="from before",
    ),
    shows(
        "async for",
        r"""
async def numbers():
    yield 1
    yield 2
[n async for n in numbers()]
""",
        seen="[1, 2]",
    ),
    fails(
        "a loop within the loop",
        r"""
import asyncio
async def f(): pass
coroutine = f()
try:
    asyncio.run(coroutine)
finally:
    coroutine.close()
""",
        seen="running event loop",
    ),
    shows(
        "multiprocessing",
        r"""
import multiprocessing
with multiprocessing.get_context('fork').Pool(2) as pool:
    squares = pool.starmap(pow, [(n, 2) for n in range(4)])
squares
""",
        seen="[0, 1, 4, 9]",
    ),
    shows(
        "a spawned pool",
        r"""
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('spawn')) as pool:
    found = pool.submit(pow, 2, 10).result()
found
""",
        seen="1024",
    ),
    shows(
        "threads",
        r"""
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as pool:
    found = list(pool.map(str, range(3)))
found
""",
        seen="['0', '1', '2']",
    ),
    shows(
        "a thread that prints",
        r"""
import threading
thread = threading.Thread(target=print, args=('from a thread',))
thread.start()
thread.join()
""",
        seen="from a thread",
    ),
    shows(
        "a fork that prints",
        r"""
import os, sys
if not (pid := os.fork()):
    print('from a fork')
    sys.stdout.flush()
    os._exit(0)
os.waitpid(pid, 0)[1]
""",
        seen="from a fork",
        loose=True,
    ),
    shows(
        "a parquet file",
        r"""
import pandas, pathlib
pandas.DataFrame({'a': [1, 2]}).to_parquet('t.parquet')
frame = pandas.read_parquet('t.parquet')
pathlib.Path('t.parquet').unlink()
frame
""",
        seen="<table",
    ),
    shows(
        "BLAS",
        r"""
import numpy
float((numpy.ones((300, 300)) @ numpy.ones((300, 300))).sum())
""",
        seen="27000000.0",
    ),
    shows(
        "a widget",
        r"""
import ipywidgets
ipywidgets.IntSlider(value=3)
""",
        seen="widget-view+json",
    ),
    shows(
        "a widget's text",
        r"""
import ipywidgets
repr(ipywidgets.IntSlider(value=3))
""",
        seen="IntSlider(value=3)",
    ),
    shows("a magic", "%pwd", seen="at-work"),
    shows(
        "a cell magic",
        r"""
%%capture caught
print('held')
""",
        "caught.stdout",
        seen="held",
    ),
    shows("a magic that prints", "%alias_magic here pwd", "%here", seen="at-work"),
    fails("a magic that is not there", "%nosuch", seen="UsageError"),
    shows("the shell's class", "type(get_ipython()).__name__", seen="ZMQInteractiveShell"),
    shows("what was shown before", "41 + 1", "_", seen="42"),
    shows("what was typed before", "1", "In[-2]", seen="'1'"),
    shows("a result that is not asked for", "'unseen';", "'seen'", seen="seen"),
    shows(
        "several results, one shown",
        r"""
1
2
""",
        seen="2",
    ),
    shows(
        "what follows a cell",
        r"""
ip = get_ipython()
ip.events.register('post_execute', lambda: display('after'))
""",
        r"""
ip.events.callbacks['post_execute'].pop()
1
""",
        seen="1",
    ),
    shows("an updated display", "h = display('first', display_id='trial')", "h.update('second')", seen=""),
    shows(
        "an update in the same cell",
        r"""
h = display(1, display_id=True)
h.update(2)
""",
        seen="2",
    ),
    shows(
        "cleared output",
        r"""
from IPython.display import clear_output
print('gone')
clear_output()
print('stays')
""",
        seen="stays",
    ),
    shows(
        "output cleared later",
        r"""
from IPython.display import clear_output
print('gone')
clear_output(wait=True)
display('stays')
""",
        seen="stays",
    ),
    shows(
        "HTML",
        r"""
from IPython.display import HTML
HTML('<b>bold</b>')
""",
        seen="<b>bold</b>",
    ),
    shows(
        "a bundle of forms",
        r"""
class Rich:
    def _repr_mimebundle_(self, **_):
        data = {'text/html': '<i>x</i>', 'application/x+json': {'a': (1, None)}}
        return data, {'text/html': {'isolated': True}}
Rich()
""",
        seen="isolated",
    ),
    shows(
        "a picture",
        r"""
class Dot:
    def _repr_png_(self):
        return bytes([137, 80, 78, 71, 0, 255])
Dot()
""",
        seen="image/png",
    ),
    fails(
        "a form that fails",
        r"""
class Bad:
    def _repr_html_(self):
        raise ValueError('no form')
    def __repr__(self):
        return 'Bad thing'
Bad()
""",
        seen="Bad thing",
    ),
    fails(
        "a text that fails",
        r"""
class Worse:
    def __repr__(self):
        raise ValueError('no text')
Worse()
""",
        seen="no text",
    ),
    shows(
        "JSON with what JSON has not",
        "display({'application/x+json': [float('inf')]}, raw=True)",
        seen="x+json",
    ),
    fails(
        "an exception",
        r"""
def deep(n):
    return 1 / n

print('before')
deep(0)
""",
        seen="ZeroDivisionError",
    ),
    fails(
        "an exception from an exception",
        r"""
try:
    {}['a']
except KeyError as e:
    raise ValueError('outer') from e
""",
        seen="direct cause",
    ),
    fails(
        "what does not parse",
        r"""
print(1)
def
""",
        seen="SyntaxError",
    ),
    fails("an assertion", "assert 1 == 2, '不相等'", seen="不相等"),
    fails(
        "leaving with success",
        r"""
import sys
sys.exit(0)
""",
        seen="SystemExit",
    ),
    fails(
        "leaving with a code",
        r"""
import sys
sys.exit(3)
""",
        seen="3",
    ),
    fails("a question", "input('name? ')", seen="StdinNotImplementedError"),
    fails(
        "a question for a secret",
        r"""
import getpass
getpass.getpass()
""",
        seen="StdinNotImplementedError",
    ),
    fails("an interruption", "raise KeyboardInterrupt", seen="KeyboardInterrupt"),
    shows(
        "the signal of an interruption",
        r"""
import signal
signal.getsignal(signal.SIGINT) is signal.default_int_handler
""",
        seen="True",
    ),
    shows(
        "too deep",
        r"""
def f():
    f()
try:
    f()
except RecursionError as error:
    print(error)
""",
        seen="maximum recursion depth exceeded",
    ),
    fails("too much", "x = bytearray(1 << 60)", seen="MemoryError"),
    shows("help", "str.title?", seen=""),
    shows(
        "chance",
        r"""
import random
random.seed(1)
random.random()
""",
        seen="0.13436424411240122",
    ),
    shows(
        "decimal context and locale",
        r"""
import decimal, locale
decimal.getcontext().prec, locale.setlocale(locale.LC_CTYPE)[:1]
""",
        seen="28",
    ),
    shows(
        "faulthandler",
        r"""
import faulthandler
faulthandler.enable()
faulthandler.is_enabled()
""",
        seen="True",
    ),
    shows("nothing", "x = 1", seen=""),
)
