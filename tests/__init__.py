import gc
import sys

from tests.support.coverage import spare_work

if "pytest" in sys.modules:  # and not a benchmark
    gc.disable()  # until all tests are collected
spare_work()
