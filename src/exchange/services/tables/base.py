"""The one MetaData all tables hang on, and the column types they share."""

from sqlalchemy import Column, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Moment = TIMESTAMP(timezone=True)
Json = JSONB(none_as_null=True)


def text(name: str, comment: str, *, null: bool = False, key: bool = False) -> "Column[str]":
    """A text column; nearly all of ours are: codes, periods and ids are text, never numbers."""
    return Column(name, Text, comment=comment, nullable=null and not key, primary_key=key)
