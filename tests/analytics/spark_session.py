"""One Spark session a test run, started when the first test asks for it; and a cluster of three workers.

Small frames are interpreted, not compiled: generating Java for sixty rules takes far longer than running them. Cluster
tests run in a process of their own, with Spark's own settings.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark
import pytest

from bangfu.analytics.spark import SparkEngine

#: Java that lives for seconds: compiled quickly rather than well, one thread for its garbage.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
QUICK = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": SHORT_LIVED,
}
WORKERS = 3
PATIENCE = 120


def need_java() -> None:
    """Fails with what to install: a machine without Java cannot say whether the engines agree."""
    if not shutil.which("java"):
        pytest.fail("no Java: install openjdk-17-jre-headless (.ci/run does)")


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkEngine]:
    need_java()
    # Its connections say goodbye when the process ends, to a stream that pytest has closed by then.
    logging.getLogger("py4j").setLevel(logging.WARNING)
    engine = SparkEngine("local[2]", **QUICK)
    yield engine
    engine.close()


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A standalone cluster of one master and three workers; gives its address, and stops them all afterwards."""
    need_java()
    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": SHORT_LIVED,
        "SPARK_LAUNCHER_OPTS": SHORT_LIVED,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    port = _free_port()
    url = f"spark://127.0.0.1:{port}"
    started: list[subprocess.Popen[bytes]] = []
    log = folder / "master.log"

    def start(kind: str, output: Path, *arguments: str) -> None:
        command = ["bash", str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}", *arguments]
        with output.open("wb") as file:
            started.append(subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=environment))

    try:
        ports = ["--webui-port", str(_free_port())]
        start("master.Master", log, "--host", "127.0.0.1", "--port", str(port), *ports)
        _wait(log, "I have been elected leader", 1)
        for number in range(WORKERS):
            own = [
                "--host",
                "127.0.0.1",
                "--webui-port",
                str(_free_port()),
                "--work-dir",
                str(folder / "work"),
            ]
            start(
                "worker.Worker", folder / f"worker{number}.log", "--cores", "1", "--memory", "700m", *own, url
            )
        _wait(log, "Registering worker", WORKERS)
        yield url
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(log: Path, words: str, times: int) -> None:
    until = time.monotonic() + PATIENCE
    while log.read_text(errors="replace").count(words) < times:
        assert time.monotonic() < until, (
            f"the cluster did not start: {log.read_text(errors='replace')[-2000:]}"
        )
        time.sleep(0.3)
