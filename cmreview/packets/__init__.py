"""From notebook to packet: the only room that knows papermill and nbconvert."""
