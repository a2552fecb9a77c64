"""A server that gives a thread whatever arrived, as most do: what the site refuses must not rest on the one it has."""

worker_class = "gthread"
workers = 1
threads = 4
timeout = 60
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True
