"""Whether a file that arrived is the one its sender's manifest speaks of."""

from cryptography.hazmat.primitives import hashes

from exchange.services.transports.base import Fetched
from exchange.services.transports.names import Manifest


def disagreement(told: Manifest, fetched: Fetched) -> str:
    """What does not agree, in Chinese for the sender; "" when all the manifest says is true of the file."""
    if told.size is not None and told.size != fetched.size:
        return f"文件实有 {fetched.size} 字节，报送清单所列为 {told.size} 字节"
    if told.sha256 is not None and told.sha256 != fetched.sha256:
        return "文件内容与报送清单所列 SHA-256 不符"
    if told.sm3 is not None and told.sm3 != _sm3(fetched):
        return "文件内容与报送清单所列 SM3 不符"
    return ""


def _sm3(fetched: Fetched) -> str:
    digest = hashes.Hash(hashes.SM3())
    with fetched.path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.finalize().hex()
