from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DropPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DROP_POLICY_UNSPECIFIED: _ClassVar[DropPolicy]
    DROP_POLICY_ALL: _ClassVar[DropPolicy]
    DROP_POLICY_LATEST: _ClassVar[DropPolicy]

class DropReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DROP_REASON_UNSPECIFIED: _ClassVar[DropReason]
    DROP_REASON_SUPERSEDED: _ClassVar[DropReason]
    DROP_REASON_TOO_OLD: _ClassVar[DropReason]
DROP_POLICY_UNSPECIFIED: DropPolicy
DROP_POLICY_ALL: DropPolicy
DROP_POLICY_LATEST: DropPolicy
DROP_REASON_UNSPECIFIED: DropReason
DROP_REASON_SUPERSEDED: DropReason
DROP_REASON_TOO_OLD: DropReason

class StreamOptions(_message.Message):
    __slots__ = ("drop_policy", "max_frame_age_ms", "max_in_flight_frames")
    DROP_POLICY_FIELD_NUMBER: _ClassVar[int]
    MAX_FRAME_AGE_MS_FIELD_NUMBER: _ClassVar[int]
    MAX_IN_FLIGHT_FRAMES_FIELD_NUMBER: _ClassVar[int]
    drop_policy: DropPolicy
    max_frame_age_ms: int
    max_in_flight_frames: int
    def __init__(self, drop_policy: _Optional[_Union[DropPolicy, str]] = ..., max_frame_age_ms: _Optional[int] = ..., max_in_flight_frames: _Optional[int] = ...) -> None: ...

class StreamWindow(_message.Message):
    __slots__ = ("max_in_flight_frames", "max_message_bytes", "model", "drop_policy")
    MAX_IN_FLIGHT_FRAMES_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DROP_POLICY_FIELD_NUMBER: _ClassVar[int]
    max_in_flight_frames: int
    max_message_bytes: int
    model: str
    drop_policy: DropPolicy
    def __init__(self, max_in_flight_frames: _Optional[int] = ..., max_message_bytes: _Optional[int] = ..., model: _Optional[str] = ..., drop_policy: _Optional[_Union[DropPolicy, str]] = ...) -> None: ...

class Dropped(_message.Message):
    __slots__ = ("reason", "age_us")
    REASON_FIELD_NUMBER: _ClassVar[int]
    AGE_US_FIELD_NUMBER: _ClassVar[int]
    reason: DropReason
    age_us: int
    def __init__(self, reason: _Optional[_Union[DropReason, str]] = ..., age_us: _Optional[int] = ...) -> None: ...
