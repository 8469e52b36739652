"""What a process takes that reads articles: prints it as one line of JSON; run by `benchmarks.network`.

    python -m benchmarks.reading fast|accurate [FOLDER ...]

A process of its own, since memory and load are those of a process. `load`: CPU seconds from its start to the first
answer, on one sentence. `seconds`: CPU seconds over all texts after that. `peak`: the most memory it held, in MB.
"""

import json
import resource
import sys
import time
from pathlib import Path

import ledger
from benchmarks.texts import news

SENTENCE = "Norlund will invest $300 million in a battery plant in Chile by 2030, the company said."
STATUS = Path("/proc/self/status")


def peak() -> float:
    """The peak memory of this process, in MB; where the system tells no other, that of its parent counts too."""
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = dict(line.split(":", 1) for line in STATUS.read_text(encoding="utf-8").splitlines())
    return int(told["VmHWM"].split()[0]) / 1024


def main(attributor: str, *folders: str) -> None:
    """Read the seed articles and those of annotated folders, and print what it took."""
    ledger.extract(SENTENCE, attributor=attributor)
    load = time.process_time()
    texts = news([Path(folder) for folder in folders])
    begun = time.process_time()
    by = [{claim.attributor for claim in ledger.extract(text, attributor=attributor)} for text in texts]
    told = {
        "load": load,
        "seconds": time.process_time() - begun,
        "peak": peak(),
        "documents": len(texts),
        "by_network": sum("accurate" in one for one in by),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
