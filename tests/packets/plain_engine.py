"""A papermill engine without a kernel: cells run where they stand, a hundred times faster than in one.

For tests of what goes on around a notebook; what goes on in a kernel is tested with kernels.
"""

from __future__ import annotations

import ast
import traceback

from nbformat.v4 import new_output
from papermill.engines import Engine, papermill_engines

NAME = "plain"


class Plain(Engine):
    """Runs code cells in one namespace and shows what their last expression is."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        path, nb_man.output_path = nb_man.output_path, None
        names = {}
        count = 0
        for place, cell in enumerate(nb_man.nb.cells):
            if cell.cell_type != "code":
                continue
            count += 1
            nb_man.cell_start(cell, place)
            cell.execution_count = count
            try:
                cell.outputs = shown(cell.source, names, count)
            except Exception as error:  # noqa: BLE001  # as a kernel does
                lines = traceback.format_exception(error)
                cell.outputs = [
                    new_output("error", ename=type(error).__name__, evalue=str(error), traceback=lines)
                ]
                nb_man.cell_exception(cell, place, exception=error)
                break
            finally:
                nb_man.cell_complete(cell, place)
        nb_man.output_path = path


def shown(source, names, count):
    """Run ``source``; the output of its last expression, if it ends in one."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    value = None if last is None else eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    if value is None:
        return []
    bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {"text/plain": repr(value)}
    return [new_output("execute_result", data=bundle, execution_count=count)]


papermill_engines.register(NAME, Plain)
