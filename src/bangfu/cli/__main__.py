"""``python -m bangfu.cli`` is ``bangfu``."""

from bangfu.cli.main import main

if __name__ == "__main__":
    main()
