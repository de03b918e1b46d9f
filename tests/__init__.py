from tests.support.coverage import spare_work

spare_work()
