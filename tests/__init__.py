import gc

from tests.support.coverage import spare_work

gc.disable()  # until all tests are collected
spare_work()
