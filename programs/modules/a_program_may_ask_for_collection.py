# What the module `gc` says where there is nothing to collect.
import gc

gc.collect()
gc.disable()
print(gc.isenabled())
gc.enable()
print(gc.isenabled(), gc.get_threshold())
gc.set_threshold(500)
print(gc.get_threshold())
gc.set_threshold(700, 5, 3)
print(gc.get_threshold())
print(gc.callbacks, gc.garbage, gc.collect(0), gc.collect(generation=1), gc.get_freeze_count())
for wrong in (3, -1, "all"):
    try:
        gc.collect(wrong)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
