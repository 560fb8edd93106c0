"""``python -m bangfu.cli.run_worker``: a worker as a process of its own."""

from bangfu.cli.django_start import start

if __name__ == "__main__":
    start()
    from bangfu.platform.jobs import worker

    worker.run()
