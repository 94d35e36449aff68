"""The tasks that loops are stepping, as a mapping from loops."""

from _asyncio import _current_loops, _swap_current_task, current_task


class CurrentTasks:
    """Shows and changes what the native module keeps."""

    def __getitem__(self, loop):
        task = current_task(loop)
        if task is None:
            raise KeyError(loop)
        return task

    def __setitem__(self, loop, task):
        _swap_current_task(loop, task)

    def __delitem__(self, loop):
        if _swap_current_task(loop, None) is None:
            raise KeyError(loop)

    def __contains__(self, loop):
        return current_task(loop) is not None

    def __iter__(self):
        return iter(_current_loops())

    def __len__(self):
        return len(_current_loops())

    def __repr__(self):
        return repr({loop: self[loop] for loop in self})

    def get(self, loop, default=None):
        return self[loop] if loop in self else default

    def pop(self, loop, *default):
        if default and loop not in self:
            return default[0]
        task = self[loop]
        del self[loop]
        return task
