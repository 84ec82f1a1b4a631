"""What every execution of a notebook without a browser needs."""


def one_sided_widgets():
    """nbclient no longer tells a widget in the kernel what the widget has shown.

    Nothing reads that. And nbclient 0.11 sends it past its event loop, where the reply
    of a cell that comes in the same moment is never noticed: of a slider that shows two
    pictures an execution has waited for ever.
    """
    from nbclient.output_widget import OutputWidget

    OutputWidget.send = lambda *_, **__: None
