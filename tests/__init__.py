from tests.support.coverage import stop_measuring_later

stop_measuring_later()
